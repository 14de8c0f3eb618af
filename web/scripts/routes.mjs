/** Writes the console's route tree from the files in `routes/`, as its build does: types need it, git does not. */

import { fileURLToPath } from 'node:url';
import { Generator, getConfig } from '@tanstack/router-generator';

const root = fileURLToPath(new URL('../apps/console', import.meta.url));
const config = getConfig({}, root);
await new Generator({ config, root }).run();
