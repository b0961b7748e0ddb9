import type { ComponentProps, ReactNode } from 'react'
import { Choice } from './Choice'

interface SwitchProps extends Omit<ComponentProps<'input'>, 'type'> {
  label: ReactNode
  help?: ReactNode
}

/** On or off. */
export function Switch({ label, help, ...rest }: SwitchProps) {
  return (
    <Choice label={label} help={help} end>
      {(ids) => (
        // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox tells its state by itself.
        <input {...rest} {...ids} type="checkbox" role="switch" className="toggle cursor-pointer" />
      )}
    </Choice>
  )
}
