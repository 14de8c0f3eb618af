/** Where an import stands, as a word with icon and colour. */

import type { Import } from '@belfry/api/console';
import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  ListChecks,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';
import { useTranslation } from '../../app/translation';
import { Status, type Tone } from '../../components/Status';

const looks: Record<Import['status'], [Tone, LucideIcon]> = {
  uploading: ['accent', LoaderCircle],
  mapped: ['neutral', CircleDashed],
  checking: ['accent', LoaderCircle],
  checked: ['neutral', ListChecks],
  running: ['accent', LoaderCircle],
  done: ['success', CircleCheck],
  failed: ['danger', CircleX],
  interrupted: ['warning', CirclePause],
};

export function ImportStatusMark({ status }: { status: Import['status'] }) {
  const { t } = useTranslation();
  const [tone, icon] = looks[status];
  return <Status tone={tone} icon={icon} label={t(`import_status.${status}`)} />;
}
