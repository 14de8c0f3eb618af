/** Mantine's looks on the router's links: they preload, keep the back button working, and open in a new tab as links do. */

import {
  ActionIcon,
  type ActionIconProps,
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
} from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { type AnchorHTMLAttributes, forwardRef } from 'react';

type Native<P> = P & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P>;

const PlainButton = forwardRef<HTMLAnchorElement, Native<ButtonProps>>((props, ref) => (
  <Button component="a" ref={ref} {...props} />
));
const PlainAnchor = forwardRef<HTMLAnchorElement, Native<AnchorProps>>((props, ref) => (
  <Anchor ref={ref} {...props} />
));
const PlainIcon = forwardRef<HTMLAnchorElement, Native<ActionIconProps>>((props, ref) => (
  <ActionIcon component="a" ref={ref} {...props} />
));

/** A link that looks like a button. */
export const LinkButton = createLink(PlainButton);
/** A link in text. */
export const LinkAnchor = createLink(PlainAnchor);
/** A link that is an icon; give it an `aria-label`. */
export const LinkIcon = createLink(PlainIcon);
