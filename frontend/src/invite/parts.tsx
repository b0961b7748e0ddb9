/** @jsxImportSource preact */
// The pieces that every screen is made of.
import type { ComponentChildren } from 'preact'
import { m } from '@/paraglide/messages.js'
import { Icon, type IconName } from './icons'
import type { Trouble } from './screen'
import { problemText } from './words'

interface ButtonProps {
  icon?: IconName
  primary?: boolean
  busy?: boolean
  /** Another press is under way. */
  blocked?: boolean
  onPress: () => void
  children: ComponentChildren
}

const SHAPE =
  'flex min-h-12 w-full items-center justify-center gap-2.5 rounded-card px-5 py-2.5 text-lg text-center transition-colors duration-150'
const PRIMARY = 'bg-brand font-semibold text-brand-fg shadow-1 hover:bg-brand-hover'
const QUIET = 'font-medium text-fg-2 hover:bg-sunken hover:text-fg'

export function Button(props: ButtonProps) {
  const { icon, primary, busy, blocked, onPress, children } = props
  const mark = busy ? (
    <span class="spinner" aria-hidden="true" />
  ) : (
    icon && <Icon name={icon} class="size-5" />
  )
  return (
    <button
      type="button"
      class={`${SHAPE} ${primary ? PRIMARY : QUIET} cursor-pointer aria-disabled:cursor-default`}
      // Not `disabled`: that would drop the focus while the press is under way.
      aria-busy={busy}
      aria-disabled={busy || blocked}
      onClick={() => {
        if (!busy && !blocked) onPress()
      }}
    >
      {mark}
      <span>{children}</span>
    </button>
  )
}

interface LinkProps {
  href: string
  icon?: IconName
  primary?: boolean
  children: ComponentChildren
}

/** A link that looks like a button, and leaves the page. */
export function LinkButton({ href, icon, primary, children }: LinkProps) {
  return (
    <a class={`${SHAPE} ${primary ? PRIMARY : QUIET} no-underline`} href={href} rel="noreferrer">
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  )
}

const TONES = {
  ok: 'bg-ok-soft text-ok',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  info: 'bg-info-soft text-info',
}

type Tone = keyof typeof TONES

interface HeadProps {
  heading: string
  lead: ComponentChildren
  /** How it ended, for screens on which something did. */
  mark?: { icon: IconName; tone: Tone }
}

/** The screen's heading; it takes the focus when the screen replaces another one. */
export function Head({ heading, lead, mark }: HeadProps) {
  return (
    <div class="flex flex-col gap-2">
      {mark && (
        <span class={`mb-2 grid size-12 place-items-center rounded-card ${TONES[mark.tone]}`}>
          <Icon name={mark.icon} class="size-6" />
        </span>
      )}
      <h1 tabIndex={-1} class="text-3xl tracking-tight text-balance lg:text-4xl">
        {heading}
      </h1>
      <p class="max-w-[28rem] text-lg text-fg-2">{lead}</p>
    </div>
  )
}

export function Card({ children }: { children: ComponentChildren }) {
  return <div class="rounded-public border border-line bg-surface p-5 shadow-1">{children}</div>
}

export function Alert(props: { tone: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <div class={`flex items-start gap-3 rounded-tile p-4 text-base ${TONES[props.tone]}`}>
      <Icon name={props.icon ?? 'alert'} class="mt-px size-5" />
      <div class="min-w-0 text-fg">{props.children}</div>
    </div>
  )
}

/** Always there, so that a screen reader hears what appears in it. */
export function ProblemSlot({ problem }: { problem: Trouble | null }) {
  const { heading, text } = problem ? problemText(problem) : {}
  return (
    <div role="alert" class="empty:hidden">
      {problem && (
        <Alert tone={problem.kind === 'seats_gone' ? 'warn' : 'bad'}>
          {heading && <p class="font-semibold">{heading}</p>}
          <p>{text}</p>
          <Reference id={problem.reference} />
        </Alert>
      )}
    </div>
  )
}

export function Reference({ id }: { id: string | null }) {
  return id ? (
    <p class="mt-1 text-sm break-all text-fg-3">{m.guest_problem_reference({ id })}</p>
  ) : null
}

/** What is true or promised, with a tick before each. */
export function Ticks({ items }: { items: ComponentChildren[] }) {
  return (
    <ul class="flex flex-col gap-3 text-base">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of sentences.
        <li key={index} class="flex items-center gap-3">
          <span class="grid size-6 shrink-0 place-items-center rounded-full bg-ok-soft text-ok">
            <Icon name="check" class="size-3.5" />
          </span>
          <span class="min-w-0">{item}</span>
        </li>
      ))}
    </ul>
  )
}

export const Actions = ({ children }: { children: ComponentChildren }) => (
  <div class="flex flex-col gap-2">{children}</div>
)
