/** Takes one file, dropped or chosen. Owns the looks and that the keyboard reaches it; refuses to judge the file. */

import { Alert, Loader, Text } from '@mantine/core';
import { FileSpreadsheet, TriangleAlert } from 'lucide-react';
import { type DragEvent, useId, useRef, useState } from 'react';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/form';
import { useFinger } from '../../components/narrow';
import classes from './Import.module.css';

export interface DropZoneProps {
  take: (file: File) => void;
  /** What is being sent now. */
  sending: File | null;
  problem: string | null;
}

export function DropZone({ take, sending, problem }: DropZoneProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  const [over, setOver] = useState(false);
  // Nothing is dragged with a finger.
  const finger = useFinger();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) take(file);
  };
  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same. */}
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
        }}
        onDrop={drop}
      >
        <span className={classes.dropIcon}>
          {sending ? <Loader size={22} aria-hidden /> : <FileSpreadsheet size={24} aria-hidden />}
        </span>
        <div className={classes.dropText} role="status">
          {sending ? (
            <>
              <Text fw={600}>{t('import.reading', { name: sending.name })}</Text>
              <Text size="sm" c="dimmed">
                {format.bytes(sending.size)}
              </Text>
            </>
          ) : (
            <>
              <Text fw={600}>{t(finger ? 'import.take' : 'import.drop')}</Text>
              <Text size="sm" c="dimmed" id={hint}>
                {t('import.drop_hint')}
              </Text>
            </>
          )}
        </div>
        <input
          ref={input}
          type="file"
          hidden
          accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
          aria-label={t('import.choose')}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            // The same file may be chosen again after it was put right.
            event.currentTarget.value = '';
            if (file) take(file);
          }}
        />
        <Busy busy={sending !== null} onClick={() => input.current?.click()} aria-describedby={hint}>
          {t('import.choose')}
        </Busy>
      </div>
      {problem && (
        <Alert
          role="alert"
          color="red"
          mt="md"
          title={t('import.refused')}
          icon={<TriangleAlert size={18} aria-hidden />}
        >
          {problem}
        </Alert>
      )}
    </div>
  );
}
