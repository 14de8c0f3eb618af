/** The fields of a notification. Owns their order; values and faults come from the page. */

import type { Reach } from '@belfry/api/console';
import { SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Section } from '../../components/Page';
import { AudienceField } from './AudienceField';
import classes from './Compose.module.css';
import { Counter, isNear } from './Counter';
import { MessageField } from './MessageField';
import { PhotoField } from './PhotoField';
import { ReachSummary } from './ReachSummary';
import { RunTimeField } from './RunTimeField';
import type { Faults } from './use-faults';
import { isNobody, TITLE_MOST, type Writing } from './writing';

export function WriteForm({
  writing,
  change,
  faults,
  reach,
}: {
  writing: Writing;
  change: (patch: Partial<Writing>) => void;
  faults: Faults;
  reach: UseQueryResult<Reach>;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  // An empty section would cut the placeholder off.
  const isLong = isNear(writing.title, TITLE_MOST);
  return (
    <>
      <Section title={t('compose.section_message')}>
        <Stack gap="md">
          <SimpleGrid
            cols={{ base: 1, sm: 2 }}
            spacing="md"
            verticalSpacing="sm"
            className={classes.from ?? ''}
          >
            <TextInput
              id="compose-sender"
              label={t('compose.sender')}
              placeholder={workspace.name}
              value={writing.sender}
              onChange={(event) => change({ sender: event.currentTarget.value })}
              error={faults.of('sender')}
              autoComplete="off"
              dir="auto"
            />
            <PhotoField
              photo={writing.photo}
              name={writing.sender || workspace.name}
              change={(photo) => change({ photo })}
              error={faults.of('photo')}
            />
          </SimpleGrid>
          <div>
            <Textarea
              id="compose-title"
              label={t('compose.field_title')}
              placeholder={t('compose.title_placeholder', { sender: writing.sender || workspace.name })}
              value={writing.title}
              // A title is one line, however many it takes to show it.
              onChange={(event) => change({ title: event.currentTarget.value.replace(/[\r\n]+/g, ' ') })}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.preventDefault();
              }}
              classNames={{ input: classes.title ?? '' }}
              autosize
              minRows={1}
              maxRows={3}
              error={faults.of('title')}
              autoComplete="off"
              dir="auto"
              {...(isLong && {
                rightSectionWidth: 92,
                rightSection: <Counter text={writing.title} most={TITLE_MOST} />,
              })}
            />
          </div>
          <MessageField
            value={writing.message}
            format={writing.format}
            change={change}
            error={faults.of('message')}
          />
          <TextInput
            id="compose-url"
            type="url"
            inputMode="url"
            label={t('compose.field_url')}
            description={t('compose.url_hint')}
            placeholder="https://"
            value={writing.url}
            onChange={(event) => change({ url: event.currentTarget.value.trim() })}
            error={faults.of('url')}
            autoComplete="off"
          />
        </Stack>
      </Section>
      <Section
        title={t('compose.audience')}
        actions={
          reach.data && writing.audience && !isNobody(writing.audience) ? (
            <Text fw={600} className="figures" aria-live="polite">
              {t('compose.people', { count: reach.data.count })}
            </Text>
          ) : null
        }
      >
        <Stack gap="md">
          <AudienceField
            value={writing.audience}
            change={(audience) => change({ audience })}
            error={faults.of('audience')}
          />
          <ReachSummary query={reach} audience={writing.audience} />
        </Stack>
      </Section>
      <Section title={t('compose.section_delivery')}>
        <RunTimeField
          value={writing.run_time}
          change={(run_time) => change({ run_time })}
          error={faults.of('run_time')}
        />
      </Section>
    </>
  );
}
