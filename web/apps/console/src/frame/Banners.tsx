/** Lines above the page: no connection, and a newer console that is ready. */

import { Button } from '@mantine/core';
import { CloudOff, Sparkles } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { reachable } from '../app/reachable';
import { useTranslation } from '../app/translation';
import { update } from '../app/update';
import classes from './Banners.module.css';

export function Banners() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(reachable.subscribe, reachable.now);
  const ready = useSyncExternalStore(update.subscribe, update.now);
  return (
    <div role="status" className={classes.banners}>
      {!online && (
        <p className={classes.banner} data-tone="warning">
          <CloudOff size={16} aria-hidden />
          <span>{t('frame.offline')}</span>
        </p>
      )}
      {ready && (
        <p className={classes.banner}>
          <Sparkles size={16} aria-hidden />
          <span>{t('frame.update_ready')}</span>
          <Button size="compact-sm" variant="default" onClick={() => location.reload()}>
            {t('frame.update')}
          </Button>
        </p>
      )}
    </div>
  );
}
