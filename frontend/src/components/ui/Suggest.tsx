import { useId, useState } from 'react'
import { useFieldControl } from './Field'
import { CONTROL } from './Input'

export interface Suggestion {
  id: string
  name: string
}

interface SuggestProps {
  /** Its name, where no field around it gives it one. */
  label?: string
  /** What fits what is typed. */
  suggestions: Suggestion[]
  onType?: (text: string) => void
  onPick: (id: string) => void
  /** Takes what is not among the suggestions as it is, with Enter. */
  onOther?: (text: string) => void
}

/** One out of many, by the first letters of its name. The browser's own list offers what fits. */
export function Suggest({ label, suggestions, onType, onPick, onOther }: SuggestProps) {
  const list = useId()
  const [typed, setTyped] = useState('')
  const type = (text: string) => {
    setTyped(text)
    onType?.(text)
  }
  const pick = ({ id }: Suggestion) => {
    type('')
    onPick(id)
  }
  const take = (text: string) => {
    const found = suggestions.find(({ name }) => name === text)
    if (found) pick(found)
    else type(text)
  }
  // Whoever typed all of it needs no list; nor does who sees that only one is left.
  const takeTyped = () => {
    const text = typed.trim()
    if (text === '') return
    const same = ({ name }: Suggestion) => name.toLowerCase() === text.toLowerCase()
    const only = onOther || suggestions.length > 1 ? undefined : suggestions[0]
    const found = suggestions.find(same) ?? only
    if (found) pick(found)
    else if (onOther) {
      type('')
      onOther(text)
    }
  }
  return (
    <>
      <input
        type="text"
        list={list}
        autoComplete="off"
        maxLength={200}
        {...(label !== undefined && { 'aria-label': label, placeholder: label })}
        {...useFieldControl({})}
        value={typed}
        onChange={(event) => take(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          takeTyped()
        }}
        className={CONTROL}
      />
      <datalist id={list}>
        {suggestions.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </>
  )
}
