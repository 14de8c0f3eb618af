/** Somebody changed the draft meanwhile, in another tab or elsewhere: shows what differs and asks which one to keep. */

import { Button, Group, Modal, Text } from '@mantine/core';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import classes from './ConflictDialog.module.css';
import { ValueOf } from './ValueOf';
import { differences, type KnownDraft, type Writing, writingOf } from './writing';

export default function ConflictDialog({
  mine,
  theirs,
  keepMine,
  takeTheirs,
}: {
  mine: Writing;
  theirs: KnownDraft;
  keepMine: () => void;
  takeTheirs: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const other = writingOf(theirs);
  const fields = differences(mine, other);
  const values = { name: theirs.updated_by?.name ?? '', time: format.time(theirs.updated_at) };
  return (
    <Modal
      opened
      onClose={() => undefined}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={t('compose.conflict_title')}
      size="xl"
    >
      <Text size="sm" c="dimmed" mb="md">
        {t(theirs.updated_by ? 'compose.conflict_by' : 'compose.conflict', values)}
      </Text>
      <table className={classes.versions}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('compose.mine')}</th>
            <th scope="col">{t('compose.theirs')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field}>
              <th scope="row">{t(`compose.field_${field}`)}</th>
              <td data-label={t('compose.mine')}>
                <ValueOf writing={mine} field={field} other={other} />
              </td>
              <td data-label={t('compose.theirs')}>
                <ValueOf writing={other} field={field} other={mine} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={takeTheirs}>
          {t('compose.take_theirs')}
        </Button>
        <Button onClick={keepMine} data-autofocus>
          {t('compose.keep_mine')}
        </Button>
      </Group>
    </Modal>
  );
}
