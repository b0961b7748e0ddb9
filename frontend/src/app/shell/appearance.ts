// Theme and language: the choices and how to read and change them.
import { Monitor, Moon, Sun } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useSaveLanguage } from '@/api/session'
import { problemText } from '@/components/problem-text'
import { toast } from '@/components/ui/Toast'
import { getLocale, type Locale, setLocale } from '@/lib/locale'
import { setTheme, subscribeTheme, type ThemeChoice, themeChoice } from '@/lib/theme'
import { m } from '@/paraglide/messages.js'

export const THEMES = [
  { value: 'system', label: m.theme_system, icon: Monitor },
  { value: 'light', label: m.theme_light, icon: Sun },
  { value: 'dark', label: m.theme_dark, icon: Moon },
] as const

// Each language in its own words.
export const LANGUAGES: { value: Locale; label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
]

export function useThemeChoice(): [ThemeChoice, (choice: ThemeChoice) => void] {
  return [useSyncExternalStore(subscribeTheme, themeChoice), setTheme]
}

/** Changing the language keeps it for every device, and loads the page anew; its address holds the view. */
export function useLanguage(): [Locale, (locale: Locale) => void] {
  const save = useSaveLanguage()
  const choose = (locale: Locale) =>
    save.mutate(locale, {
      onSuccess: () => setLocale(locale),
      onError: (error) => toast.error(m.language_failed(), problemText(error)),
    })
  return [getLocale(), choose]
}
