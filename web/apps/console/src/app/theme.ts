/** The design tokens as a Mantine theme. Owns how components look by default; refuses values of its own. */

import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core';

/** Warm neutrals in place of Mantine's cold ones. */
const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f1efea',
  '#e8e5df',
  '#ddd9d1',
  '#d3cfc6',
  '#a39d92',
  '#857f74',
  '#6a655c',
  '#4a463f',
  '#1d1b18',
];
const dark: MantineColorsTuple = [
  '#f2f0eb',
  '#cfcac0',
  '#a39d92',
  '#8a8478',
  '#4b4840',
  '#34322c',
  '#292722',
  '#1d1c19',
  '#181714',
  '#151412',
];

/** The reader's choice, kept where `scheme.js` finds it. */
export const schemeManager = localStorageColorSchemeManager({ key: 'belfry.scheme' });

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 7 },
  colors: { gray, dark },
  fontFamily: 'var(--b-font)',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '0.9375rem', xl: '1.125rem' },
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '14px', xl: '18px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  // By name: the components themselves would all be in the first load.
  components: {
    Alert: { defaultProps: { variant: 'light' } },
    Badge: { styles: { label: { fontSize: '0.75rem', fontWeight: 550 } } },
    Button: { styles: { label: { fontWeight: 550 } } },
    InputWrapper: { styles: { label: { fontWeight: 550, marginBottom: 3 } } },
    // Two pills and where one types fit on a line of a phone.
    MultiSelect: {
      styles: {
        input: { display: 'flex', alignItems: 'center' },
        pillsList: { flex: 1 },
        inputField: { minWidth: '2.5rem' },
      },
    },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: { centered: true, radius: 'lg', transitionProps: { duration: 120 } },
      styles: { title: { fontWeight: 600, fontSize: '1.125rem' } },
    },
    // A landmark of its own, so that nothing on the page is outside of one.
    Portal: { defaultProps: { target: '#overlays' } },
    Table: {
      defaultProps: {
        fz: '0.8125rem',
        verticalSpacing: 10,
        horizontalSpacing: 'md',
        highlightOnHover: true,
        borderColor: 'var(--b-border)',
        highlightOnHoverColor: 'var(--b-hover)',
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, fz: 'xs' } },
  },
});

/** Mantine's own variables in terms of the tokens, which know both schemes. */
const own = {
  '--mantine-color-body': 'var(--b-surface)',
  '--mantine-color-text': 'var(--b-text)',
  '--mantine-color-dimmed': 'var(--b-muted)',
  '--mantine-color-placeholder': 'var(--b-muted)',
  '--mantine-color-anchor': 'var(--b-accent-text)',
  '--mantine-color-error': 'var(--b-danger)',
  '--mantine-color-default': 'var(--b-surface)',
  '--mantine-color-default-hover': 'var(--b-hover)',
  '--mantine-color-default-color': 'var(--b-text)',
  '--mantine-color-default-border': 'var(--b-border-strong)',
  '--mantine-color-indigo-filled': 'var(--b-accent)',
  '--mantine-color-indigo-filled-hover': 'var(--b-accent-hover)',
  '--mantine-color-indigo-light': 'var(--b-accent-soft)',
  '--mantine-color-indigo-light-color': 'var(--b-accent-text)',
  '--mantine-color-indigo-outline': 'var(--b-accent-text)',
  '--mantine-color-red-filled': 'var(--b-danger-fill)',
  '--mantine-color-red-filled-hover': 'var(--b-danger-fill-hover)',
  '--mantine-color-red-light': 'var(--b-danger-soft)',
  '--mantine-color-red-light-color': 'var(--b-danger)',
  '--mantine-color-green-light': 'var(--b-success-soft)',
  '--mantine-color-green-light-color': 'var(--b-success)',
  '--mantine-color-yellow-light': 'var(--b-warning-soft)',
  '--mantine-color-yellow-light-color': 'var(--b-warning)',
  '--mantine-color-gray-light': 'var(--b-sunken)',
  '--mantine-color-gray-light-color': 'var(--b-secondary)',
};

/** Given per scheme, for so does Mantine, and its selectors would win otherwise. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: own, dark: own });
