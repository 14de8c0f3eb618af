/** The icon of the workspace: chosen or dropped here, made small by the server; without one it has its initials. */

import { ask, type WorkspaceSettings } from '@belfry/api/console';
import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ImageUp, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../../app/api';
import { useFormat } from '../../app/format';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Face } from '../../components/Face';
import { Busy } from '../../components/form';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';
import classes from './IconForm.module.css';
import { useChange } from './use-change';

const TYPES = ['image/png', 'image/jpeg', 'image/webp'];
const MAX_BYTES = 5_000_000;

export function IconForm({ settings }: { settings: WorkspaceSettings }) {
  const { t } = useTranslation();
  const say = useProblemText();
  const format = useFormat();
  const { id: ws } = useWorkspace();
  // The upload is a photo like any other, which takes the right to write.
  const mayUpload = useMay('notifications:write');
  const mayChange = useMay('settings:write');
  const change = useChange();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [fault, setFault] = useState('');
  const before = settings.icon ?? null;
  const set = useMutation({
    mutationFn: async (file: File | null) => {
      if (!file) return change({ icon: null });
      const photo = await ask(
        api.POST('/v1/workspaces/{ws}/photos', {
          params: { path: { ws } },
          body: file,
          bodySerializer: (body) => body,
          headers: { 'content-type': file.type },
        }),
      );
      return change({ icon: photo.id });
    },
    onSuccess: (_, file) => {
      const undo = () => change({ icon: before });
      toast(t(file ? 'settings.icon_set' : 'settings.icon_removed'), { undo });
    },
    onError: (error) => setFault(say(error).text),
  });
  const take = (file: File | undefined) => {
    if (!file || set.isPending) return;
    if (!TYPES.includes(file.type)) return setFault(t('settings.icon_type'));
    if (file.size > MAX_BYTES) return setFault(t('settings.icon_size', { size: format.bytes(MAX_BYTES) }));
    setFault('');
    set.mutate(file);
  };
  const may = mayChange && mayUpload;
  return (
    <Section title={t('settings.icon')} lead={t('settings.icon_lead')}>
      {/* Dropping is a second way beside the button. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button is the one for the keyboard. */}
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          if (!may) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (may) take(event.dataTransfer.files[0]);
        }}
      >
        <Face name={settings.name} photo={before ? `/photos/${before}` : null} size={64} square />
        <div className={classes.text}>
          {may && (
            <Group gap="xs">
              <input
                ref={input}
                type="file"
                hidden
                accept={TYPES.join()}
                aria-label={t('settings.icon_choose')}
                onChange={(event) => {
                  take(event.currentTarget.files?.[0]);
                  event.currentTarget.value = '';
                }}
              />
              <Busy
                busy={set.isPending}
                variant="default"
                leftSection={<ImageUp size={16} aria-hidden />}
                onClick={() => input.current?.click()}
              >
                {t('settings.icon_choose')}
              </Busy>
              {before && (
                <Button
                  variant="subtle"
                  color="gray"
                  leftSection={<Trash2 size={16} aria-hidden />}
                  onClick={() => set.mutate(null)}
                >
                  {t('settings.icon_remove')}
                </Button>
              )}
            </Group>
          )}
          {may && (
            <Text size="xs" c="dimmed" mt={6}>
              {t(before ? 'settings.icon_hint' : 'settings.icon_default')}
            </Text>
          )}
          {fault && (
            <Text size="sm" c="var(--b-danger)" mt={4} role="alert">
              {fault}
            </Text>
          )}
        </div>
      </div>
    </Section>
  );
}
