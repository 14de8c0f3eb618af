/**
 * The design system's values, once. Owns colours, spacing, radii, type and motion, and their form as CSS custom
 * properties. Refuses components: those belong to the apps that draw them.
 */

/** One value per colour scheme. */
export interface Scheme {
  light: string;
  dark: string;
}

/** Colours by purpose, never by hue. Text colours reach a contrast of 4.5 on every surface they are used on. */
export const colors = {
  canvas: { light: '#f8f7f4', dark: '#151412' },
  surface: { light: '#ffffff', dark: '#1d1c19' },
  overlay: { light: '#ffffff', dark: '#262521' },
  sunken: { light: '#f1efea', dark: '#292722' },
  hover: { light: '#faf9f7', dark: '#24221f' },
  border: { light: '#e8e5df', dark: '#34322c' },
  'border-strong': { light: '#d3cfc6', dark: '#4b4840' },
  text: { light: '#1d1b18', dark: '#f2f0eb' },
  secondary: { light: '#4a463f', dark: '#cfcac0' },
  muted: { light: '#6a655c', dark: '#a39d92' },
  accent: { light: '#4263eb', dark: '#4263eb' },
  'accent-hover': { light: '#3b5bdb', dark: '#5573f0' },
  'accent-text': { light: '#3b5bdb', dark: '#9db0ff' },
  'accent-soft': { light: '#f2f4fe', dark: '#22263a' },
  'accent-line': { light: '#d5dcfb', dark: '#3a4368' },
  'on-accent': { light: '#ffffff', dark: '#ffffff' },
  badge: { light: '#d6281f', dark: '#dc3228' },
  danger: { light: '#b42318', dark: '#ff9d94' },
  'danger-soft': { light: '#fdf2f1', dark: '#37201d' },
  'danger-fill': { light: '#c62a20', dark: '#c62a20' },
  'danger-fill-hover': { light: '#b42318', dark: '#d6281f' },
  'danger-line': { light: '#f6d3cf', dark: '#5b2f2a' },
  success: { light: '#18703b', dark: '#7bd79f' },
  warning: { light: '#8a5300', dark: '#f5c26b' },
  'warning-soft': { light: '#fdf6e7', dark: '#352a17' },
  'warning-line': { light: '#f1ddb0', dark: '#5a4722' },
  'success-soft': { light: '#eef8f1', dark: '#1b2f23' },
  shadow: { light: 'rgb(41 37 28 / 12%)', dark: 'rgb(0 0 0 / 55%)' },
} as const satisfies Record<string, Scheme>;

/** What does not change with the scheme. Lengths are in rem, so that they follow the reader's font size. */
export const constants = {
  'space-1': '0.25rem',
  'space-2': '0.5rem',
  'space-3': '0.75rem',
  'space-4': '1rem',
  'space-6': '1.5rem',
  'space-8': '2rem',
  radius: '10px',
  'radius-small': '6px',
  'radius-full': '999px',
  font: '"Inter Variable", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  'text-meta': '0.75rem',
  'text-small': '0.8125rem',
  'text-body': '0.875rem',
  'text-lead': '0.9375rem',
  'text-title': '1.125rem',
  'text-display': '1.5rem',
  leading: '1.5',
  quick: '120ms',
  calm: '220ms',
} as const;

const declarations = (values: Record<string, string>, indent: string): string =>
  Object.entries(values)
    .map(([name, value]) => `${indent}--b-${name}: ${value};\n`)
    .join('');

const scheme = (which: keyof Scheme): Record<string, string> =>
  Object.fromEntries(Object.entries(colors).map(([name, value]) => [name, value[which]]));

/** The style sheet with all tokens as `--b-…`: light by default, dark by the reader's preference. */
export function toCss(): string {
  return (
    `:root {\n  color-scheme: light dark;\n${declarations(constants, '  ')}${declarations(scheme('light'), '  ')}}\n` +
    `@media (prefers-color-scheme: dark) {\n  :root {\n${declarations(scheme('dark'), '    ')}  }\n}\n`
  );
}

/** As {@link toCss}, for pages on which the scheme is an attribute of the root, because the reader may choose it. */
export function toCssByAttribute(attribute: string): string {
  return (
    `:root {\n  color-scheme: light;\n${declarations(constants, '  ')}${declarations(scheme('light'), '  ')}}\n` +
    `:root[${attribute}="dark"] {\n  color-scheme: dark;\n${declarations(scheme('dark'), '  ')}}\n`
  );
}
