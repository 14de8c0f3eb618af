/** Whether the screen is a phone's: for what a style sheet alone cannot decide, such as a dialog that fills it. */

import { useMediaQuery } from '@mantine/hooks';

export const useNarrow = (): boolean =>
  useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
