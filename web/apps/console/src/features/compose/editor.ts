/** What every editor of the message can do, so that toolbar and page need not know which one it is. */

import type { MessageFormat } from '@belfry/api/console';
import type { RefObject } from 'react';
import type { Command, Selected } from './markup';

export interface EditorHandle {
  focus(): void;
  /** Changes text and selection as one step that can be undone, and takes focus. */
  run(change: (selected: Selected) => Selected): void;
}

export interface EditorProps {
  value: string;
  onChange: (value: string) => void;
  format: MessageFormat;
  /** Ids, as the ARIA attributes take them. */
  labelId: string;
  describedBy: string;
  invalid: boolean;
  placeholder: string;
  handle: RefObject<EditorHandle | null>;
  command: (command: Command) => void;
  /** Where the cursor was when one editor took over from another. */
  carry: RefObject<{ from: number; to: number } | null>;
}
