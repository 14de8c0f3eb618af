/** The page around somebody who is not signed in: name, one card, language. */

import { Group, Text, Title, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { chooseLanguage, languages } from '../app/language';
import { useTitle } from '../app/title';
import { useTranslation } from '../app/translation';
import classes from './Entrance.module.css';

export function Entrance({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  const { i18n } = useTranslation();
  useTitle(title);
  return (
    <div className={classes.page}>
      <main className={classes.main}>
        <div className={classes.brand}>
          <img src="/assets/icons/favicon.svg" alt="" width={28} height={28} />
          Belfry
        </div>
        <div className={classes.card}>
          <Title order={1} className={classes.title} id="page-title" tabIndex={-1}>
            {title}
          </Title>
          {lead && (
            <Text c="dimmed" mt={4} component="div">
              {lead}
            </Text>
          )}
          <div className={classes.body}>{children}</div>
        </div>
        <Group justify="center" gap="md">
          {languages.map(({ tag, name }) => (
            <UnstyledButton
              key={tag}
              lang={tag}
              className={classes.language}
              aria-current={i18n.language === tag ? 'true' : undefined}
              onClick={() => void chooseLanguage(tag)}
            >
              {name}
            </UnstyledButton>
          ))}
        </Group>
      </main>
    </div>
  );
}
