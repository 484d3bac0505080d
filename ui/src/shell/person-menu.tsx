import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../client/api.ts';
import { meQuery } from '../client/queries.ts';
import { getToken, leave } from '../client/session.ts';
import { Glyph } from '../view/glyph.tsx';
import { MenuLink } from '../view/links.tsx';
import { chooseLanguage, languages, useLanguage } from '../words/language.ts';
import { t } from '../words/t.ts';

/** Who is logged in, and what is only theirs: account, theme, language, the way out. */
export function PersonMenu() {
  const me = useQuery(meQuery);
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  const language = useLanguage();
  return (
    <Menu position="bottom-end" width={200} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('You')}>
          <Glyph name="person" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink to="/account">
          {me.data === undefined ? t('Account') : t('Account of {name}', { name: me.data.name })}
        </MenuLink>
        <Menu.Divider />
        <Menu.Item
          leftSection={<Glyph name={isDark ? 'sun' : 'moon'} />}
          onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
        >
          {isDark ? t('Light theme') : t('Dark theme')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.RadioGroup value={language}>
          {languages.map(({ language: value, name }) => (
            <Menu.RadioItem key={value} value={value} lang={value} onClick={() => chooseLanguage(value)}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<Glyph name="leave" />} onClick={() => void logOut()}>
          {t('Log out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A token of this tab is forgotten, not revoked: it may be used elsewhere. The cookie's login ends. */
async function logOut(): Promise<void> {
  if (getToken() === null) await api.POST('/api/v1/auth/logout').catch(() => undefined);
  leave();
}
