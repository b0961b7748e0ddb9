/** @jsxImportSource preact */
// What the invite gives: libraries, until when, downloads.
import { m } from '@/paraglide/messages.js'
import { Icon, type IconName, libraryIcon } from './icons'
import type { Library, Terms as Promised } from './types'
import { kindLabel } from './words'

// More than this many libraries become a list of chips instead of tiles.
const TILES = 3

export function Terms({ terms }: { terms: Promised }) {
  return (
    <section aria-labelledby="terms" class="flex flex-col gap-3">
      <h2 id="terms" class="sr-only">
        {m.guest_terms()}
      </h2>
      <Libraries libraries={terms.libraries} all={terms.all_libraries} />
      <ul class="flex flex-col gap-1.5 text-base text-fg-2">
        <Fact icon="calendar">{membershipText(terms)}</Fact>
        <Fact icon="download">
          {terms.allow_downloads ? m.guest_downloads_yes() : m.guest_downloads_no()}
        </Fact>
      </ul>
    </section>
  )
}

export function Libraries({ libraries, all }: { libraries: Library[]; all: boolean }) {
  return (
    <div class="flex flex-col gap-2.5">
      {all && <p class="text-base font-medium">{m.guest_all_libraries()}</p>}
      {libraries.length > 0 && (
        <ul
          aria-label={m.guest_libraries()}
          class={libraries.length <= TILES ? 'tiles' : 'flex flex-wrap gap-2'}
        >
          {libraries.map((library) =>
            libraries.length <= TILES ? (
              <Tile key={library.title} library={library} />
            ) : (
              <Chip key={library.title} library={library} />
            ),
          )}
        </ul>
      )}
    </div>
  )
}

/** How long the access lasts. */
export const membershipText = ({ membership_days: days }: Promised) =>
  days ? m.guest_membership_days({ days }) : m.guest_membership_permanent()

function Tile({ library }: { library: Library }) {
  return (
    <li class="flex min-w-0 flex-col gap-2 rounded-tile border border-line bg-surface p-3.5">
      <Kind of={library} />
      <bdi class="text-base font-semibold hyphens-auto">{library.title}</bdi>
    </li>
  )
}

function Chip({ library }: { library: Library }) {
  return (
    <li class="flex max-w-full items-center gap-2 rounded-full border border-line bg-surface py-1.5 ps-3 pe-3.5 text-base font-medium">
      <Kind of={library} />
      <bdi class="min-w-0">{library.title}</bdi>
    </li>
  )
}

/** What kind of library: a picture, and words for those who don't see it. */
const Kind = ({ of: { kind } }: { of: Library }) => (
  <span class="text-brand-text">
    <Icon name={libraryIcon(kind)} />
    <span class="sr-only">{kindLabel(kind)}</span>
  </span>
)

function Fact({ icon, children }: { icon: IconName; children: string }) {
  return (
    <li class="flex items-center gap-2.5">
      <span class="text-fg-3">
        <Icon name={icon} class="size-4" />
      </span>
      {children}
    </li>
  )
}
