import { Menu as Base } from '@base-ui/react/menu'
import { clsx } from 'clsx'
import { Check, type LucideIcon } from 'lucide-react'
import { type ReactElement, type ReactNode, use } from 'react'
import { LayerContext } from './layer-context'

const ITEM =
  'flex min-h-9 cursor-default items-center gap-2.5 rounded-small px-2.5 text-sm outline-none select-none data-highlighted:bg-sunken data-disabled:opacity-50 touch:min-h-11'

// Inside the page's landmark, where people who jump between landmarks look for it. Asked for when the
// menu opens: the shell's own menus are drawn before the landmark is.
const landmark = {
  get current() {
    return document.querySelector('main') ?? document.body
  },
}

interface MenuProps {
  /** A button; it gets the menu's attributes. */
  trigger: ReactElement
  align?: 'start' | 'end'
  /** For a menu that is only made when its button is pressed. */
  startsOpen?: boolean
  children: ReactNode
}

/** Actions or choices that open from a button. */
export function Menu({ trigger, align = 'end', startsOpen = false, children }: MenuProps) {
  const layer = use(LayerContext)
  return (
    <Base.Root defaultOpen={startsOpen}>
      <Base.Trigger render={trigger} />
      <Base.Portal container={layer ?? landmark}>
        <Base.Positioner sideOffset={6} align={align} className="z-50 outline-none">
          <Base.Popup className="pop min-w-44 max-w-[calc(100vw-2rem)] rounded-tile border border-line bg-raised p-1 text-fg shadow-2 outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

interface MenuItemProps {
  icon?: LucideIcon
  /** Takes something away. */
  danger?: boolean
  disabled?: boolean
  /** A second line, such as why it cannot be chosen. */
  hint?: string | undefined
  onSelect: () => void
  children: ReactNode
}

/** One action. */
export function MenuItem({
  icon: Icon,
  danger,
  disabled = false,
  hint,
  onSelect,
  children,
}: MenuItemProps) {
  return (
    <Base.Item
      disabled={disabled}
      onClick={onSelect}
      className={clsx(ITEM, danger ? 'text-bad' : 'text-fg')}
    >
      {Icon && <Icon aria-hidden className={clsx('size-4 shrink-0', !danger && 'text-fg-3')} />}
      {hint ? (
        <span className="max-w-64 py-1.5">
          {children}
          <span className="block text-xs text-fg-3">{hint}</span>
        </span>
      ) : (
        children
      )}
    </Base.Item>
  )
}

/** A line between groups of actions. */
export function MenuSeparator() {
  return <Base.Separator className="mx-2 my-1 h-px bg-line" />
}

interface MenuRadioGroupProps {
  label: string
  value: string
  onChange: (value: string) => void
  options: { value: string; label: string; icon?: LucideIcon }[]
}

/** One of several, with a tick at the present one. */
export function MenuRadioGroup({ label, value, onChange, options }: MenuRadioGroupProps) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs text-fg-3">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next) => onChange(String(next))}>
        {options.map(({ value: option, label: words, icon: Icon }) => (
          <Base.RadioItem key={option} value={option} closeOnClick className={ITEM}>
            {Icon && <Icon aria-hidden className="size-4 text-fg-3" />}
            <span className="min-w-0 flex-1 truncate">{words}</span>
            <Base.RadioItemIndicator className="text-brand-text">
              <Check aria-hidden className="size-4" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  )
}

interface MenuCheckGroupProps {
  label: string
  values: string[]
  onChange: (values: string[]) => void
  options: { value: string; label: string }[]
}

/** Any of several; the menu stays open while they are ticked. */
export function MenuCheckGroup({ label, values, onChange, options }: MenuCheckGroupProps) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs text-fg-3">{label}</Base.GroupLabel>
      {options.map(({ value, label: words }) => (
        <Base.CheckboxItem
          key={value}
          checked={values.includes(value)}
          onCheckedChange={(checked) =>
            onChange(checked ? [...values, value] : values.filter((other) => other !== value))
          }
          className={ITEM}
        >
          <span className="min-w-0 flex-1 truncate">{words}</span>
          <Base.CheckboxItemIndicator className="text-brand-text">
            <Check aria-hidden className="size-4" />
          </Base.CheckboxItemIndicator>
        </Base.CheckboxItem>
      ))}
    </Base.Group>
  )
}
