/** What is known about somebody. */

import type { UserWithDevices } from '@belfry/api/console';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../app/format';
import { groupsQuery } from '../../app/groups';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { LinkAnchor } from '../../components/links';
import { Section } from '../../components/Page';
import { languageName } from './languages';
import classes from './PersonPage.module.css';

export function PersonDetails({ person }: { person: UserWithDevices }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { time_zone: zoneOfWorkspace } = useWorkspace();
  return (
    <Section title={t('person.details')}>
      <dl className={classes.facts}>
        <div>
          <dt>{t('field.email')}</dt>
          <dd>
            {person.email ? (
              <a href={`mailto:${person.email}`}>{person.email}</a>
            ) : (
              <Text span c="dimmed">
                {t('person.no_email')}
              </Text>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('person.id')}</dt>
          <dd>{person.external_id}</dd>
        </div>
        <div>
          <dt>{t('room.groups')}</dt>
          <dd>
            <Groups keys={person.groups} />
          </dd>
        </div>
        <div>
          <dt>{t('person.language')}</dt>
          <dd>
            {person.locale ? (
              languageName(i18n.language, person.locale)
            ) : (
              <Text span c="dimmed">
                {t('person.as_workspace')}
              </Text>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('field.time_zone')}</dt>
          <dd>
            {person.time_zone ?? (
              <Text span c="dimmed">
                {t('person.zone_of_workspace', { zone: zoneOfWorkspace })}
              </Text>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('people.column_added')}</dt>
          <dd>
            <time dateTime={person.created_at}>{format.dateTime(person.created_at)}</time>
          </dd>
        </div>
      </dl>
    </Section>
  );
}

function Groups({ keys }: { keys: readonly string[] }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const groups = useQuery(groupsQuery(workspace.id));
  if (keys.length === 0) {
    return (
      <Text span c="dimmed">
        {t('person.groups_none')}
      </Text>
    );
  }
  return (
    <ul className={classes.groups}>
      {keys.map((key) => (
        <li key={key}>
          <LinkAnchor to="/w/$ws/groups/$key" params={{ ws: workspace.slug, key }}>
            <bdi>{groups.data?.find((one) => one.key === key)?.name ?? key}</bdi>
          </LinkAnchor>
        </li>
      ))}
    </ul>
  );
}
