/** `/w/{workspace}/compose` and below: one page, which stays while a new draft gets its address. */

import { createFileRoute } from '@tanstack/react-router';
import { ComposePage } from '../features/compose/ComposePage';

export const Route = createFileRoute('/_in/w/$ws/compose')({ component: ComposePage });
