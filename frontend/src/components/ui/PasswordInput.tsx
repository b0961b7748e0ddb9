import { clsx } from 'clsx'
import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { m } from '@/paraglide/messages.js'
import { useFieldControl } from './Field'
import { IconButton } from './IconButton'
import { CONTROL } from './Input'

/** A secret, which can be shown while typing it. */
export function PasswordInput({ className, ...rest }: ComponentProps<'input'>) {
  const [shown, setShown] = useState(false)
  return (
    <div className="relative">
      <input
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        {...rest}
        {...useFieldControl(rest)}
        type={shown ? 'text' : 'password'}
        className={clsx(CONTROL, 'pe-11', className)}
      />
      <IconButton
        icon={shown ? EyeOff : Eye}
        label={shown ? m.ui_hide_secret() : m.ui_show_secret()}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-e-0 top-0"
      />
    </div>
  )
}
