/** One field of a draft as a value to read: in the review, and beside another version, where lines that differ stand out. */

import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../app/format';
import { groupsQuery } from '../../app/groups';
import { region } from '../../app/language';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Face } from '../../components/Face';
import classes from './Compose.module.css';
import versions from './ConflictDialog.module.css';
import { inWords } from './run-time';
import type { Field, Writing } from './writing';

export function ValueOf({ writing, field, other }: { writing: Writing; field: Field; other?: Writing }) {
  const { t } = useTranslation();
  const nothing = <span className={classes.muted}>{t('compose.nothing')}</span>;
  switch (field) {
    case 'photo':
      return writing.photo ? (
        <Face name={writing.sender} photo={`/photos/${writing.photo}`} size={36} />
      ) : (
        nothing
      );
    case 'audience':
      return <AudienceValue writing={writing} />;
    case 'run_time':
      return inWords(writing.run_time, region());
    case 'format':
      return writing.format === 'html' ? 'HTML' : 'Markdown';
    case 'message':
      return writing.message ? <Text text={writing.message} other={other?.message} /> : nothing;
    default:
      return writing[field] ? <span dir="auto">{writing[field]}</span> : nothing;
  }
}

function AudienceValue({ writing: { audience } }: { writing: Writing }) {
  const { t } = useTranslation();
  const format = useFormat();
  const workspace = useWorkspace();
  const groups = useQuery(groupsQuery(workspace.id));
  const nameOf = (key: string): string => groups.data?.find((one) => one.key === key)?.name ?? key;
  if (!audience) return <span className={classes.muted}>{t('compose.nothing')}</span>;
  if ('everyone' in audience) return t('compose.everyone');
  if ('groups' in audience) return `${t('compose.groups')}: ${format.list(audience.groups.map(nameOf))}`;
  if ('users' in audience) return `${t('compose.named')}: ${audience.users.join(', ')}`;
  return <code>{JSON.stringify(audience)}</code>;
}

function Text({ text, other }: { text: string; other: string | undefined }) {
  const known = other === undefined ? undefined : new Set(other.split('\n'));
  return (
    <div className={versions.versionText} dir="auto">
      {text.split('\n').map((line, at) =>
        known && line && !known.has(line) ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity.
          <mark key={at}>{line}</mark>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity.
          <span key={at}>{line || '\u00a0'}</span>
        ),
      )}
    </div>
  );
}
