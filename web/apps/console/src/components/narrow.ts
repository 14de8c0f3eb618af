/** What the device is like, for what a style sheet alone cannot decide: a dialog that fills a phone, other words by touch. */

import { useMediaQuery } from '@mantine/hooks';

const useMatch = (query: string): boolean => useMediaQuery(query, false, { getInitialValueInEffect: false });

export const useNarrow = (): boolean => useMatch('(max-width: 47.99em)');

/** A finger is what points. */
export const useFinger = (): boolean => useMatch('(pointer: coarse)');
