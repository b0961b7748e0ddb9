import { createLink } from '@tanstack/react-router'
import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-style'

const TEXT = 'font-medium text-brand-text underline-offset-4 hover:underline'

function PlainAnchor({ className, ...rest }: ComponentProps<'a'>) {
  return <a {...rest} className={clsx(TEXT, className)} />
}

/** A link inside the app. */
export const Link = createLink(PlainAnchor)

/** A link that leaves the app; opens beside it. */
export function ExternalLink({ className, ...rest }: ComponentProps<'a'>) {
  return <a target="_blank" rel="noreferrer" {...rest} className={clsx(TEXT, className)} />
}

interface ButtonAnchorProps extends ComponentProps<'a'> {
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: LucideIcon
}

function ButtonAnchor({
  variant,
  size,
  icon: Icon,
  className,
  children,
  ...rest
}: ButtonAnchorProps) {
  return (
    <a {...rest} className={buttonClass(variant, size, className)}>
      {Icon && <Icon aria-hidden className="size-4" />}
      {children}
    </a>
  )
}

/** A link inside the app that looks like a button. */
export const ButtonLink = createLink(ButtonAnchor)
