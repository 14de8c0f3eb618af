/** Where a membership stands, as a word with icon and colour. */

import { Ban, CircleCheck, CircleDashed, Clock3, type LucideIcon, Mail } from 'lucide-react';
import { useTranslation } from '../app/translation';
import { Status, type Tone } from './Status';

const looks: Record<string, [Tone, LucideIcon]> = {
  active: ['success', CircleCheck],
  invited: ['accent', Mail],
  pending_approval: ['warning', Clock3],
  cancelled: ['neutral', Ban],
};

export function MemberStatusMark({ status }: { status: string }) {
  const { t } = useTranslation();
  const [tone, icon] = looks[status] ?? ['neutral', CircleDashed];
  return <Status tone={tone} icon={icon} label={t(`member_status.${status}`)} />;
}
