/** Chooses a time zone out of all that the browser knows; there is always one. */

import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from '../app/translation';
import { timeZones } from './time-zones';

/** `input` is what a form gives its field; `known` may be a zone that this browser has no list for. */
export function TimeZoneSelect({
  input,
  known,
  description,
}: {
  input: object;
  known?: string;
  description?: string;
}) {
  const { t } = useTranslation();
  const zones = useMemo(() => [...new Set([...(known ? [known] : []), ...timeZones()])].sort(), [known]);
  return (
    <Select
      label={t('field.time_zone')}
      description={description}
      data={zones}
      searchable
      allowDeselect={false}
      nothingFoundMessage={t('field.time_zone_none')}
      {...input}
    />
  );
}
