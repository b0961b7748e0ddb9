// Few files instead of many small ones: what the admin's shell needs at once is one script, and what
// several pages share is gathered into a handful.

// The invite page is one script of its own (see one-file.ts) and takes no part in this.
const GUEST = /\/src\/invite\/|\/src\/paraglide\/messages\/guest_|\?guest$|\/node_modules\/preact\//
// The libraries behind forms.
const FORMS = /\/node_modules\/(react-hook-form|@hookform|zod)\//
// Pieces below this are put together, whoever needs them. More saves requests, and has pages load what only
// others need: at 3,000 the dashboard came with the forms.
const SMALL_BYTES = 1_000

// The entry itself has to stay one, or the page would not know what to start.
const ENTRY = /\.html(\?|$)|\/src\/main\.tsx$/

const admin = (id: string) => !GUEST.test(id) && !ENTRY.test(id)

export const chunks = {
  groups: [
    { name: 'shell', tags: ['$initial' as const], test: admin, priority: 2 },
    // A file of their own: what else pages with forms share must not bring them to pages without.
    { name: 'forms', test: FORMS, priority: 1.5 },
    {
      name: 'shared',
      test: admin,
      minShareCount: 2,
      entriesAware: true,
      entriesAwareMergeThreshold: SMALL_BYTES,
      priority: 1,
    },
  ],
}

/** Shared files would be named after every page that shares them. */
export const chunkFileNames = ({ name }: { name: string }) =>
  name.startsWith('shared') ? 'assets/shared-[hash].js' : 'assets/[name]-[hash].js'
