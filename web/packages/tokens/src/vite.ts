/** Serves the tokens to a build as the style sheet `virtual:tokens.css`, so that no generated file can go stale. */

import type { Plugin } from 'vite';
import { toCss, toCssByAttribute } from './index.ts';

const NAME = 'virtual:tokens.css';
const RESOLVED = `\0${NAME}`;

/** Add it (with an attribute where the reader chooses the scheme) to `plugins` and write `import 'virtual:tokens.css'`. */
export function tokensCss(attribute?: string): Plugin {
  return {
    name: 'belfry-tokens',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? (attribute ? toCssByAttribute(attribute) : toCss()) : undefined),
  };
}
