// How much work a scroll down the list of users is for a slow machine. It measures and prints, and judges
// nothing: how long a task takes depends on what else the machine does. `npm run bench`, or `just bench`.
import type { Browser, CDPSession, Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addMembers, met, setUp } from './admin-api.ts'
import { DESKTOP, launch, open, PHONE } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { signIn } from './steps.ts'

const NAMES = Array.from({ length: 300 }, (_, number) => `person${String(number).padStart(4, '0')}`)
const ROWS = 200
const SLOW_DOWN = 4
/** From here on a task is long. */
const LONG_MS = 50
/** A wheel that is turned without haste. */
const PX_PER_SECOND = 1500

let browser: Browser
let house: House

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  await addMembers(house.plex, NAMES, ['Movies'])
  await met((await setUp(house)).admin, NAMES.at(-1) ?? '')
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
}

/** What the page's own thread did meanwhile, task by task: time on the clock and on the processor, in ms. */
async function tasksOf(cdp: CDPSession, doing: () => Promise<void>) {
  const events: TraceEvent[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['disabled-by-default-devtools.timeline', 'devtools.timeline'],
    },
  })
  await doing()
  const over = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve))
  await cdp.send('Tracing.end')
  await over
  // The thread that lays pages out.
  const own = new Map<string, number>()
  for (const { name, pid, tid } of events)
    if (name === 'Layout') own.set(`${pid} ${tid}`, (own.get(`${pid} ${tid}`) ?? 0) + 1)
  const [page] = [...own].sort(([, one], [, other]) => other - one)[0] ?? []
  return events
    .filter(
      ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && `${pid} ${tid}` === page,
    )
    .map(({ dur = 0, tdur = 0 }) => ({ clock: dur / 1000, processor: tdur / 1000 }))
}

/** How far the page has to be scrolled until so many rows have gone by: all are about as high as the first. */
async function way(page: Page) {
  const top = async (name: string) =>
    (await page.getByText(name, { exact: true }).first().boundingBox())?.y ?? 0
  const [first, second] = [await top('person0000'), await top('person0001')]
  return first + (second - first) * ROWS - PHONE.height
}

/**
 * Scrolls so far, waiting for more rows where that is needed. Nothing is looked for in the page meanwhile: a search
 * through hundreds of rows is a long task of its own.
 */
async function scroll(cdp: CDPSession, px: number) {
  const scrolled = async () => {
    const { result } = await cdp.send('Runtime.evaluate', { expression: 'scrollY' })
    return Number(result.value)
  }
  while ((await scrolled()) < px)
    await cdp.send('Input.synthesizeScrollGesture', {
      x: 300,
      y: 400,
      yDistance: -900,
      speed: PX_PER_SECOND,
      gestureSourceType: 'mouse',
      preventFling: true,
    })
}

it.each([
  ['table', DESKTOP],
  ['cards', PHONE],
] as const)(
  `scrolls ${ROWS} rows as a %s`,
  async (view, viewport) => {
    const { page } = await open(browser, { viewport }, house.witness)
    await signIn(page, house)
    await page.goto(`${house.url}/users?view=${view}`)
    await page.getByText('person0000').first().waitFor()
    const cdp = await page.context().newCDPSession(page)
    const report = []
    for (const rate of [SLOW_DOWN, 1]) {
      await page.reload()
      await page.getByText('person0000').first().waitFor()
      const px = await way(page)
      await cdp.send('Emulation.setCPUThrottlingRate', { rate })
      const tasks = await tasksOf(cdp, () => scroll(cdp, px))
      const times = tasks.map((task) => (rate === 1 ? task.processor : task.clock))
      report.push({
        view,
        measured: rate === 1 ? 'processor time' : `on the clock, ${rate} x slower`,
        tasks: tasks.length,
        'longest (ms)': Math.round(Math.max(...times)),
        [`over ${LONG_MS} ms at ${SLOW_DOWN} x`]: times.filter(
          (ms) => ms > (rate === 1 ? LONG_MS / SLOW_DOWN : LONG_MS),
        ).length,
      })
      expect(tasks.length).toBeGreaterThan(0)
    }
    // biome-ignore lint/suspicious/noConsole: the figures are what this is for.
    console.table(report)
    await page.context().close()
  },
  300_000,
)
