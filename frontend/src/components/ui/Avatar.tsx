import { clsx } from 'clsx'
import { useState } from 'react'
import { initials, seed } from '@/lib/seed'

const SIZES = {
  xs: 'size-5 text-[0.5rem]',
  sm: 'size-7 text-2xs',
  md: 'size-9 text-xs',
  lg: 'size-13 text-lg',
}
const TINTS = ['tint-0', 'tint-1', 'tint-2', 'tint-3', 'tint-4', 'tint-5', 'tint-6', 'tint-7']

interface AvatarProps {
  name: string
  src?: string | null | undefined
  size?: keyof typeof SIZES
}

/** A person's picture, or initials on a tint of their own. Decorative: the name stands beside it. */
export function Avatar({ name, src, size = 'md' }: AvatarProps) {
  const [broken, setBroken] = useState(false)
  const shape = clsx('inline-flex shrink-0 rounded-full object-cover', SIZES[size])
  if (src && !broken)
    return (
      <img
        src={src}
        alt=""
        loading="lazy"
        decoding="async"
        onError={() => setBroken(true)}
        className={clsx(shape, 'bg-sunken')}
      />
    )
  return (
    <span
      aria-hidden
      className={clsx(
        shape,
        TINTS[seed(name) % TINTS.length],
        'items-center justify-center font-semibold',
      )}
    >
      {initials(name)}
    </span>
  )
}
