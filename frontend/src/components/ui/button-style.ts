// How buttons look, shared by buttons and by links that look like buttons.
import { clsx } from 'clsx'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'danger-solid'
export type ButtonSize = 'sm' | 'md' | 'lg'

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-control font-medium whitespace-nowrap select-none transition-colors duration-150 disabled:cursor-not-allowed disabled:opacity-50 aria-busy:cursor-progress no-underline'

const SIZES: Record<ButtonSize, string> = {
  sm: 'h-8 touch:h-11 px-2.5 text-sm',
  md: 'h-9 touch:h-11 px-3.5 text-sm',
  lg: 'h-11 px-5 text-base',
}

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'bg-brand text-brand-fg shadow-1 enabled:hover:bg-brand-hover [a]:hover:bg-brand-hover',
  secondary:
    'border border-line bg-surface text-fg shadow-1 enabled:hover:bg-sunken [a]:hover:bg-sunken',
  ghost:
    'text-fg-2 enabled:hover:bg-sunken enabled:hover:text-fg [a]:hover:bg-sunken [a]:hover:text-fg',
  danger: 'border border-line bg-surface text-bad shadow-1 enabled:hover:bg-bad-soft',
  'danger-solid': 'bg-bad text-surface shadow-1 enabled:hover:opacity-90',
}

export function buttonClass(
  variant: ButtonVariant = 'secondary',
  size: ButtonSize = 'md',
  extra?: string,
): string {
  return clsx(BASE, SIZES[size], VARIANTS[variant], extra)
}
