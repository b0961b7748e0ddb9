import { clsx } from 'clsx'
import { useState } from 'react'
import { seed } from '@/lib/seed'

const SIZES = { sm: 'w-9', md: 'w-18', lg: 'w-24' }
const SHADES = ['shade-0', 'shade-1', 'shade-2', 'shade-3', 'shade-4', 'shade-5']

interface PosterProps {
  title: string
  src?: string | null | undefined
  size?: keyof typeof SIZES
}

/** A work's poster, or its title on a shade of its own. Decorative: the title stands beside it. */
export function Poster({ title, src, size = 'md' }: PosterProps) {
  const [broken, setBroken] = useState<string | null>(null)
  const shape = clsx('aspect-[2/3] shrink-0 rounded-control shadow-1', SIZES[size])
  if (src && src !== broken)
    return (
      <img
        src={src}
        alt=""
        loading="lazy"
        decoding="async"
        onError={() => setBroken(src)}
        className={clsx(shape, 'bg-sunken object-cover')}
      />
    )
  return (
    <span
      aria-hidden
      className={clsx(shape, 'flex items-end overflow-hidden', SHADES[seed(title) % SHADES.length])}
    >
      {size !== 'sm' && (
        <span className="line-clamp-4 min-w-0 p-1.5 text-2xs leading-tight font-semibold hyphens-auto">
          {title}
        </span>
      )}
    </span>
  )
}

/** The same poster behind a card: far out of focus, hardly there. */
export function PosterWash({ title, src }: Pick<PosterProps, 'title' | 'src'>) {
  return (
    <span aria-hidden className="absolute inset-0 overflow-hidden rounded-[inherit]">
      {src ? (
        <img
          src={src}
          alt=""
          loading="lazy"
          decoding="async"
          className="size-full scale-125 object-cover opacity-9 blur-2xl dark:opacity-25"
        />
      ) : (
        <span
          className={clsx(
            'block size-full opacity-9 dark:opacity-25',
            SHADES[seed(title) % SHADES.length],
          )}
        />
      )}
    </span>
  )
}
