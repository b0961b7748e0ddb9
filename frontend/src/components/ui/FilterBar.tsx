import { ChevronDown, Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { m } from '@/paraglide/messages.js'
import { buttonClass } from './button-style'
import { CONTROL } from './Input'
import { Menu, MenuRadioGroup } from './Menu'

// Long enough to finish a word, short enough to feel live.
const TYPING_PAUSE_MS = 250

/** Search, facet menus and the filters that apply, in one row that wraps. */
export function FilterBar({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-2">{children}</div>
}

interface SearchFilterProps {
  label: string
  value: string
  onChange: (value: string) => void
}

/** A search box that reports after a short pause. */
export function SearchFilter({ label, value, onChange }: SearchFilterProps) {
  const [text, setText] = useState(value)
  const reported = useRef(value)
  const report = useRef(onChange)
  report.current = onChange

  // The address may change by Back or by "Clear filters": show what it says.
  useEffect(() => {
    if (value !== reported.current) {
      reported.current = value
      setText(value)
    }
  }, [value])

  useEffect(() => {
    if (text === reported.current) return
    const timer = setTimeout(() => {
      reported.current = text
      report.current(text)
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])

  return (
    <div className="relative w-full sm:w-72">
      <Search
        aria-hidden
        className="pointer-events-none absolute inset-s-3 top-1/2 size-4 -translate-y-1/2 text-fg-3"
      />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className={`${CONTROL} ps-9`}
      />
    </div>
  )
}

interface FacetFilterProps<T extends string> {
  label: string
  value: T | undefined
  onChange: (value: T | undefined) => void
  options: { value: T; label: string }[]
}

/** A menu of the values that a list can be narrowed to. */
export function FacetFilter<T extends string>({
  label,
  value,
  onChange,
  options,
}: FacetFilterProps<T>) {
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={buttonClass('secondary')}>
          {label}
          <ChevronDown aria-hidden className="size-4 text-fg-3" />
        </button>
      }
    >
      <MenuRadioGroup
        label={label}
        value={value ?? ''}
        onChange={(next) => onChange(next === '' ? undefined : (next as T))}
        options={[{ value: '', label: m.ui_any() }, ...options]}
      />
    </Menu>
  )
}

/** A filter that applies, which can be taken away. */
export function AppliedFilter({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      onClick={onRemove}
      aria-label={m.ui_remove_filter({ filter: label })}
      className="inline-flex h-9 max-w-full items-center gap-2 rounded-control bg-brand-soft px-3 text-sm font-medium text-brand-text touch:h-11"
    >
      <span className="truncate">{label}</span>
      <X aria-hidden className="size-4 shrink-0" />
    </button>
  )
}
