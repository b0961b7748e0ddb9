/** @jsxImportSource preact */
// The frame around the screens: art, brand, progress, footer, and what a screen reader hears.
import { getLocale, isLocale, setLocale } from '@/lib/locale'
import { setTheme, type ThemeChoice, themeChoice } from '@/lib/theme'
import { m } from '@/paraglide/messages.js'
import { Art } from './art'
import { Icon } from './icons'
import { type Model, type Screen, screenOf, termsOf } from './screen'
import { Confirm } from './screens/confirm'
import { DeadEnd, Loading } from './screens/dead-end'
import { AlreadyMember, Done } from './screens/done'
import { ByEmail, Failed, Joining, progressText } from './screens/joining'
import type { ScreenProps } from './screens/props'
import { Refused, SigningIn } from './screens/signing-in'
import { Welcome } from './screens/welcome'
import type { Visit } from './visit'
import { Named } from './words'

interface PageProps {
  visit: Visit
  code: string
  /** Draws everything anew: after a change that the visit doesn't know of. */
  redraw: () => void
}

export function Page({ visit, code, redraw }: PageProps) {
  const model = visit.model()
  const screen = screenOf(model)
  const server = termsOf(model)?.server_name ?? null
  return (
    <>
      <Art code={code} />
      <div class="page">
        <div class="mx-auto flex w-full max-w-[31rem] flex-1 flex-col">
          <Brand name={server ?? (screen.name === 'loading' ? '' : 'PUM')} />
          <main class="flex flex-1 flex-col justify-start gap-7 pt-32 pb-8 lg:justify-center lg:py-10">
            <Phases screen={screen} />
            <div key={screenKey(screen)} class="arrive flex flex-col gap-6">
              {draw(screen, { visit, model })}
            </div>
            <p role="status" class="sr-only">
              {announcement(screen, model)}
            </p>
          </main>
          <Footer server={server} redraw={redraw} />
        </div>
      </div>
    </>
  )
}

/** What tells one screen from the next. */
export const screenKey = (screen: Screen) =>
  'at' in screen ? `${screen.name}-${screen.at}` : screen.name

function draw(screen: Screen, props: ScreenProps) {
  switch (screen.name) {
    case 'loading':
      return <Loading />
    case 'dead_end':
      return <DeadEnd {...props} {...screen} />
    case 'welcome':
      return <Welcome {...props} />
    case 'signing_in':
      return <SigningIn {...props} at={screen.at} />
    case 'refused':
      return <Refused {...props} code={screen.code} />
    case 'confirm':
      return <Confirm {...props} />
    case 'joining':
      return <Joining {...props} />
    case 'email':
      return <ByEmail {...props} />
    case 'done':
      return <Done {...props} />
    case 'already_member':
      return <AlreadyMember {...props} />
    case 'failed':
      return <Failed {...props} {...screen} />
  }
}

const announcement = (screen: Screen, model: Model) =>
  (screen.name === 'joining' || screen.name === 'email') && model.redemption
    ? progressText(model.redemption)
    : ''

function Brand({ name }: { name: string }) {
  return (
    <header class="pt-5 lg:pt-10">
      <div class="flex w-fit max-w-full items-center gap-3 rounded-full bg-surface/85 py-1.5 ps-1.5 pe-4 lg:bg-transparent lg:p-0">
        <span
          class="grid size-9 shrink-0 place-items-center rounded-full bg-fg text-base font-semibold text-surface lg:rounded-tile"
          aria-hidden="true"
        >
          {[...name].slice(0, 2).join('')}
        </span>
        <bdi class="truncate text-lg font-semibold">{name}</bdi>
      </div>
    </header>
  )
}

const PHASES = [
  { label: m.guest_phase_welcome, screens: ['welcome'] },
  { label: m.guest_phase_sign_in, screens: ['signing_in', 'refused'] },
  { label: m.guest_phase_accept, screens: ['confirm'] },
  {
    label: m.guest_phase_watch,
    screens: ['joining', 'email', 'done', 'already_member', 'failed'],
  },
]

function Phases({ screen }: { screen: Screen }) {
  const at = PHASES.findIndex((phase) => phase.screens.includes(screen.name))
  if (at < 0) return null
  return (
    <ol aria-label={m.guest_progress_label()} class="grid grid-cols-4 gap-2">
      {PHASES.map((phase, index) => (
        <li
          key={phase.screens[0]}
          aria-current={index === at ? 'step' : undefined}
          class={`flex min-w-0 flex-col gap-2 text-xs font-medium ${index === at ? 'text-fg' : 'text-fg-3'}`}
        >
          <span class={`h-1.5 rounded-full ${index <= at ? 'bg-brand' : 'bg-line'}`} />
          <span class="truncate">
            {phase.label()}
            {index < at && <span class="sr-only"> ({m.guest_phase_done()})</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}

const LANGUAGES = [
  ['en', 'English'],
  ['de', 'Deutsch'],
] as const

function Footer({ server, redraw }: { server: string | null; redraw: () => void }) {
  const themes: [ThemeChoice, string][] = [
    ['system', m.guest_theme_system()],
    ['light', m.guest_theme_light()],
    ['dark', m.guest_theme_dark()],
  ]
  return (
    <footer class="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 pb-5 text-sm text-fg-3 lg:pb-8">
      <p class="min-w-0">
        {server && <Named name={server} say={(slot) => m.guest_runs_on({ server: slot })} />}
      </p>
      <div class="flex items-center gap-x-2">
        <label class="flex items-center gap-1">
          <Icon name="moon" class="size-4" />
          <span class="sr-only">{m.guest_theme()}</span>
          <select
            class="bare"
            value={themeChoice()}
            onChange={(event) => {
              setTheme(event.currentTarget.value as ThemeChoice)
              redraw()
            }}
          >
            {themes.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label class="flex items-center gap-1.5">
          <span class="sr-only sm:not-sr-only">{m.guest_language()}</span>
          <select
            class="bare"
            value={getLocale()}
            onChange={(event) => {
              const locale = event.currentTarget.value
              if (isLocale(locale)) setLocale(locale, { reload: false })
              redraw()
            }}
          >
            {LANGUAGES.map(([value, label]) => (
              <option key={value} value={value} lang={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
    </footer>
  )
}
