// Reads the build's manifest and fails when an entry or a route outgrows its budget.
// All numbers are gzipped bytes as the browser receives them, in kB (1000 bytes).
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET = {
  inviteJs: 20,
  inviteCss: 10,
  adminJs: 210,
  adminCss: 15,
  lazyRoute: 70,
}

const DIST = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', DIST), 'utf8'))
const sizes = new Map()

function kb(file) {
  if (!sizes.has(file))
    sizes.set(file, gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length)
  return sizes.get(file) / 1000
}

/** Every file that loading `key` brings in at once, without what it loads later. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return { js: new Set(), css: new Set() }
  seen.add(key)
  const chunk = manifest[key]
  const js = new Set(chunk.file.endsWith('.js') ? [chunk.file] : [])
  const css = new Set([...(chunk.css ?? []), ...(chunk.file.endsWith('.css') ? [chunk.file] : [])])
  for (const next of chunk.imports ?? []) {
    const inner = closure(next, seen)
    for (const file of inner.js) js.add(file)
    for (const file of inner.css) css.add(file)
  }
  return { js, css }
}

const total = (files) => [...files].reduce((sum, file) => sum + kb(file), 0)
let failed = false
function check(what, size, limit) {
  const over = size > limit
  failed ||= over
  console.log(
    `${over ? 'OVER ' : 'ok   '} ${size.toFixed(1).padStart(6)} / ${String(limit).padStart(3)} kB  ${what}`,
  )
}

const invite = closure('invite.html')
check('invite page, JS', total(invite.js), BUDGET.inviteJs)
check('invite page, CSS', total(invite.css), BUDGET.inviteCss)

const admin = closure('index.html')
const lazy = Object.keys(manifest)
  .filter((key) => manifest[key].isDynamicEntry)
  .map((key) => {
    const { js, css } = closure(key)
    return {
      key,
      js: [...js].filter((file) => !admin.js.has(file)),
      css: [...css].filter((file) => !admin.css.has(file)),
    }
  })

// The first route is the one an admin lands on; a missing name must not pass as zero bytes.
const first = lazy.find((route) => route.key.includes('features/dashboard/pages/'))
if (!first && lazy.length > 0) {
  console.error('The dashboard is not a chunk of its own: the first route cannot be measured.')
  failed = true
}
check('admin shell and first route, JS', total(admin.js) + total(first?.js ?? []), BUDGET.adminJs)
check(
  'admin shell and first route, CSS',
  total(admin.css) + total(first?.css ?? []),
  BUDGET.adminCss,
)
for (const route of lazy) check(`lazy ${route.key}`, total(route.js), BUDGET.lazyRoute)

process.exit(failed ? 1 : 0)
