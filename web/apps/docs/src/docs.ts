/** Starts the API reference on `/openapi.json`. Refuses every request to another server, a document validator's too. */

import 'virtual:tokens.css';
import './docs.css';

/** The package's own script, loaded before this one. */
declare const SwaggerUIBundle: (options: Record<string, unknown>) => unknown;

const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = (): boolean => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  validatorUrl: null,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 2,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  syntaxHighlight: { activated: true, theme: 'agate' },
});
