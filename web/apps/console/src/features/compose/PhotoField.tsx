/** The sender's photo: chosen, cut to a square in the browser, kept by the server. */

import { ActionIcon, Button, FileButton, Group, Text } from '@mantine/core';
import { ImageUp, X } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from '../../app/translation';
import { Face } from '../../components/Face';
import { PIXELS_MOST, sizeOf } from './crop';

const PhotoCrop = lazy(() => import('./PhotoCrop'));

const TYPES = ['image/png', 'image/jpeg', 'image/webp'];
/** What is read of a file to find its size; a JPEG's colour profile may stand before it. */
const HEADER_BYTES = 512 * 1024;
const FILE_MOST = 30_000_000;

export function PhotoField({
  photo,
  name,
  change,
  error,
}: {
  photo: string | null;
  /** Whose initials stand there without a photo. */
  name: string;
  change: (photo: string | null) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [refused, refuse] = useState<string | null>(null);
  const reset = useRef<() => void>(null);
  const take = async (chosen: File | null) => {
    refuse(null);
    if (!chosen) return;
    const problem = await faultOf(chosen);
    if (problem) refuse(t(problem));
    else setFile(chosen);
    reset.current?.();
  };
  const wrong = refused ?? error;
  return (
    <div>
      <Group gap="sm" wrap="nowrap">
        <Face name={name} photo={photo ? `/photos/${photo}` : null} size={36} />
        <FileButton resetRef={reset} accept={TYPES.join(',')} onChange={(chosen) => void take(chosen)}>
          {(props) => (
            <Button
              {...props}
              id="compose-photo"
              variant="default"
              leftSection={<ImageUp size={16} aria-hidden />}
              aria-describedby={wrong ? 'compose-photo-error' : undefined}
            >
              {t(photo ? 'compose.photo_change' : 'compose.photo_add')}
            </Button>
          )}
        </FileButton>
        {photo && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('compose.photo_remove')}
            onClick={() => change(null)}
          >
            <X size={16} aria-hidden />
          </ActionIcon>
        )}
      </Group>
      {wrong && (
        <Text size="xs" c="var(--b-danger)" mt={4} role="alert" id="compose-photo-error">
          {wrong}
        </Text>
      )}
      <Suspense>
        {file && (
          <PhotoCrop
            file={file}
            done={(id) => {
              setFile(null);
              if (id) change(id);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

/** Refused before the browser decodes it: a small file can hold a picture that fills the memory. */
async function faultOf(file: File): Promise<string | undefined> {
  if (!TYPES.includes(file.type)) return 'compose.photo_type';
  if (file.size > FILE_MOST) return 'compose.photo_large';
  const size = sizeOf(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
  if (!size || size.width === 0 || size.height === 0) return 'compose.photo_broken';
  return size.width * size.height > PIXELS_MOST ? 'compose.photo_pixels' : undefined;
}
