/** @jsxImportSource preact */
// The wall of posters: films that don't exist, in an order that belongs to this invite.
import { seed } from '@/lib/seed'

const TITLES = [
  'Velvet Static',
  'Ninth Street',
  'The Understudy',
  'The Lantern Keepers',
  'Midnight Cartographers',
  'North of Nowhere',
  'Saint Hollow',
  'Copper Season',
  'Quiet Engine',
  'Paper Tigers',
  'A Second Moon',
  'Salt and Signal',
]

const COLUMNS = 4
const ROWS = 5

/** Decoration only. The same invite always gets the same wall. */
export function Art({ code }: { code: string }) {
  const first = seed(code) % TITLES.length
  return (
    <div class="art" aria-hidden="true">
      <div class="wall">
        {Array.from({ length: COLUMNS }, (_, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed grid.
          <div key={column} class="column">
            {Array.from({ length: ROWS }, (_, row) => {
              const film = (first + column * 5 + row) % TITLES.length
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a fixed grid.
                <div key={row} class={`poster film-${film}`}>
                  {TITLES[film]}
                </div>
              )
            })}
          </div>
        ))}
      </div>
    </div>
  )
}
