/** The operator's own menu: profile, language, colour scheme, signing out. */

import { ask } from '@belfry/api/console';
import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BookOpen, LogOut, UserRound } from 'lucide-react';
import { api } from '../app/api';
import { chooseLanguage, languages } from '../app/language';
import { sessionQuery } from '../app/session';
import { useTranslation } from '../app/translation';
import { Face } from '../components/Face';
import { useProblemText } from '../components/problem-text';
import { toast } from '../components/toast';
import classes from './AccountMenu.module.css';

const schemes = ['auto', 'light', 'dark'] as const;

export function AccountMenu({ small = false }: { small?: boolean }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { data: session } = useQuery(sessionQuery);
  const signOut = useSignOut();
  const operator = session?.operator;
  if (!operator) return null;
  return (
    <Menu position={small ? 'bottom-end' : 'top-start'} width={236}>
      <Menu.Target>
        <UnstyledButton className={classes.account} data-small={small || undefined}>
          <Face name={operator.name} size={28} />
          <span className="sr">{t('account.menu')}</span>
          {!small && (
            <span className={classes.names}>
              <span className={classes.name}>{operator.name}</span>
              <span className={classes.email}>{operator.email}</span>
            </span>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {small && (
          <Menu.Label>
            <Text size="sm" fw={600} c="var(--b-text)" truncate>
              {operator.name}
            </Text>
            <Text size="xs" truncate>
              {operator.email}
            </Text>
          </Menu.Label>
        )}
        <Menu.Item
          leftSection={<UserRound size={16} aria-hidden />}
          onClick={() => void navigate({ to: '/profile' })}
        >
          {t('account.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<BookOpen size={16} aria-hidden />} component="a" href="/docs">
          {t('account.docs')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('account.scheme')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as (typeof schemes)[number])}
        >
          {schemes.map((id) => (
            <Menu.RadioItem key={id} value={id}>
              {t(`account.scheme_${id}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>{t('account.language')}</Menu.Label>
        <Menu.RadioGroup value={i18n.language} onChange={(tag) => void chooseLanguage(tag)}>
          {languages.map(({ tag, name }) => (
            <Menu.RadioItem key={tag} value={tag} lang={tag}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => void signOut()}>
          {t('account.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Ends the session here. The page is loaded anew, so that nothing of what was loaded is left in it. */
function useSignOut(): () => Promise<void> {
  const say = useProblemText();
  return async () => {
    try {
      await ask(api.DELETE('/v1/session'));
    } catch (error) {
      const said = say(error);
      if (said.status !== 401) {
        toast(said.text, { tone: 'problem' });
        return;
      }
    }
    location.assign('/sign-in');
  };
}
