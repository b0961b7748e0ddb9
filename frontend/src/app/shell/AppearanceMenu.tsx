import { LogOut, SlidersHorizontal } from 'lucide-react'
import { IconButton } from '@/components/ui/IconButton'
import { Menu, MenuItem, MenuRadioGroup, MenuSeparator } from '@/components/ui/Menu'
import type { Locale } from '@/lib/locale'
import type { ThemeChoice } from '@/lib/theme'
import { m } from '@/paraglide/messages.js'
import { LANGUAGES, THEMES, useLanguage, useThemeChoice } from './appearance'
import { useSignOut } from './use-sign-out'

/** Theme, language and the way out. */
export function AppearanceMenu() {
  const [theme, setTheme] = useThemeChoice()
  const [language, setLanguage] = useLanguage()
  const signOut = useSignOut()
  return (
    <Menu
      align="start"
      trigger={<IconButton icon={SlidersHorizontal} label={m.nav_appearance()} />}
    >
      <MenuRadioGroup
        label={m.theme_label()}
        value={theme}
        onChange={(value) => setTheme(value as ThemeChoice)}
        options={THEMES.map(({ value, label, icon }) => ({ value, label: label(), icon }))}
      />
      <MenuSeparator />
      <MenuRadioGroup
        label={m.language_label()}
        value={language}
        onChange={(value) => setLanguage(value as Locale)}
        options={LANGUAGES}
      />
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={signOut}>
        {m.nav_sign_out()}
      </MenuItem>
    </Menu>
  )
}
