// What goes wrong while somebody works: a request that fails or hangs, another admin who was quicker.
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addMembers, type Caller, met, setUp, stateOf, until } from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open, PHONE } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { everywhere, on, signIn } from './steps.ts'

// More than one page of the list.
const MANY = 55
const PEOPLE = Array.from({ length: MANY }, (_, index) => `guest${String(index).padStart(2, '0')}`)

let browser: Browser
let house: House
let admin: Caller
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  await addMembers(house.plex, PEOPLE, ['Movies', 'Music'])
  admin = (await setUp(house)).admin
  await met(admin, 'guest54')
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  page.setDefaultTimeout(20_000)
  await signIn(page, house)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const button = (name: string | RegExp) => on(page).button(name)
const field = (name: string) => on(page).field(name)
const item = (name: string) => on(page).item(name)
// What a toast says passes by.
const dialog = () => page.locator('[role=dialog]:not(.toast)')
const question = () => page.getByRole('alertdialog')
const stale = () => page.getByText('What you see could not be refreshed.')

/** Lets what reads this address fail until the answer is called; a refusal is not tried again. */
async function failing(address: RegExp): Promise<() => Promise<void>> {
  await page.route(address, (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ status: 400, json: { title: 'Broken', status: 400, code: 'broken' } })
      : route.fallback(),
  )
  return () => page.unroute(address)
}

/** Holds back what is asked of this address until the answer is called. */
async function held(address: RegExp): Promise<() => Promise<void>> {
  let go = () => {}
  const wait = new Promise<void>((resolve) => {
    go = resolve
  })
  await page.route(address, async (route) => {
    await wait
    await route.continue()
  })
  return async () => {
    go()
    await page.unrouteAll({ behavior: 'wait' })
  }
}

/** What this says has the focus, and lies in sight between the bars. */
async function expectFocus(said: Locator) {
  await expect
    .poll(() => said.evaluate((element) => element.parentElement === document.activeElement))
    .toBe(true)
  const box = await said.boundingBox()
  expect(box && box.y > 56 && box.y + box.height < PHONE.height - 72).toBe(true)
}

async function settingOf(key: string) {
  const { items } = await admin.call<{ items: { key: string; value: string }[] }>(
    'GET',
    '/settings',
  )
  return items.find((item) => item.key === key)?.value
}

async function idOf(name: string) {
  const { items } = await admin.call<{ items: { id: string }[] }>('GET', `/users?q=${name}`)
  const [user] = items
  if (!user) throw new Error(`nobody is called ${name}`)
  return user.id
}

describe('a page that cannot be read anew', () => {
  it('keeps a form with what was typed, says how old it is, and tries again', async () => {
    const id = await idOf('guest01')
    await page.goto(`${house.url}/users/${id}/edit`)
    await field('Notes').fill('Plays the cello.')
    const works = await failing(new RegExp(`/api/v1/users/${id}$`))
    // The hint about it has the page read the person anew.
    await admin.call('PATCH', `/users/${id}`, { tags: ['neighbours'] })
    await stale().waitFor()
    expect(await field('Notes').inputValue()).toBe('Plays the cello.')
    await page.evaluate(() => scrollTo(0, 0))
    await everywhere(page, 'stale')
    await works()
    await page.getByRole('status').getByRole('button', { name: 'Try again' }).click()
    await stale().waitFor({ state: 'detached' })
    expect(await field('Notes').inputValue()).toBe('Plays the cello.')
  })

  it('keeps the rows when the next ones do not come', async () => {
    await page.goto(`${house.url}/users?sort=username`)
    await page.getByRole('row').filter({ hasText: 'guest01' }).waitFor()
    const works = await failing(/\/api\/v1\/users\?.*cursor=/)
    await page.mouse.wheel(0, 20_000)
    await button('Load more').or(button('Try again')).last().scrollIntoViewIfNeeded()
    await page.getByText('The next rows did not come.').waitFor()
    expect(await page.getByRole('row').count()).toBeGreaterThan(40)
    expect(await stale().count()).toBe(0)
    await expectAccessible(page)
    await works()
    await button('Try again').click()
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(50)
  })
})

describe('a request that is under way', () => {
  it('cannot be called off: no way to close the question looks as if it could', async () => {
    await page.goto(`${house.url}/users?q=guest02`)
    const go = await held(/\/api\/v1\/users\/[^/]+\/suspend$/)
    await button('Actions for guest02').click()
    await item('Suspend').click()
    await question().getByRole('button', { name: 'Suspend' }).click()
    await question().locator('[aria-busy=true]').waitFor()
    await page.keyboard.press('Escape')
    const cancel = question().getByRole('button', { name: 'Cancel' })
    expect(await cancel.isDisabled()).toBe(true)
    await expectAccessible(page)
    await go()
    await page.getByText('guest02 is being suspended').waitFor()
    await question().waitFor({ state: 'detached' })
  })

  it('and neither can many at once', async () => {
    await page.goto(`${house.url}/users?q=guest03`)
    await page.getByRole('checkbox', { name: 'Select guest03' }).check()
    await button('Actions for the selected people').click()
    await item('Tags').click()
    await dialog().getByLabel('Which tags').fill('choir')
    await dialog().getByRole('button', { name: 'Preview' }).click()
    const go = await held(/\/api\/v1\/users\/bulk$/)
    await dialog().getByRole('button', { name: 'Do it for 1' }).click()
    await dialog().locator('[aria-busy=true]').waitFor()
    await page.keyboard.press('Escape')
    for (const name of ['Close', 'Back'])
      expect(await dialog().getByRole('button', { name }).isDisabled()).toBe(true)
    await page.mouse.click(5, 5)
    await expectAccessible(page)
    await go()
    await dialog().getByText('1 of 1 gone through').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })
})

describe('Undo in a toast', () => {
  const toast = () => page.locator('.toast')

  async function remove(name: string) {
    await page.goto(`${house.url}/users?q=${name}`)
    await button(`Actions for ${name}`).click()
    await item('Remove').click()
    await question().getByRole('button', { name: 'Remove' }).click()
    await button('Undo').waitFor()
  }

  it('works when its page has been left, and says so', async () => {
    await remove('guest04')
    await page.getByRole('link', { name: 'Invites', exact: true }).first().click()
    await on(page).heading('Invites').waitFor()
    await button('Undo').click()
    await page.getByText('guest04 stays').waitFor()
    expect(await stateOf(admin, 'guest04')).toBe('active')
  })

  it('says that it is too late, and asks what asks for access anew', async () => {
    await remove('guest05')
    await page.getByRole('link', { name: 'Invites', exact: true }).first().click()
    await on(page).heading('Invites').waitFor()
    // A toast stays for as long as the pointer is on it.
    await toast().hover()
    await until('The removal', async () => (await stateOf(admin, 'guest05')) === 'removed')
    await button('Undo').click()
    await question().getByText('The removal has begun').waitFor()
    await question().getByText('it works at once').waitFor()
    await everywhere(page, 'undo-late')
    expect(await stateOf(admin, 'guest05')).toBe('removed')
    await question().getByRole('button', { name: 'Restore' }).click()
    await page.getByText('guest05 is being restored').waitFor()
    await until('The return', async () => (await stateOf(admin, 'guest05')) === 'active')
  })
})

describe('another admin who was quicker', () => {
  const CONFLICT = 'Somebody else has saved meanwhile'
  const conflict = () => page.getByRole('alert').filter({ hasText: CONFLICT })
  const saved = (words: string) => page.getByText(words, { exact: true }).waitFor()

  it('with a setting: what was typed stays, and theirs is shown', async () => {
    await page.goto(`${house.url}/settings/general`)
    await field('Name').fill('Mine')
    await admin.call('PATCH', '/settings', { app_name: 'Theirs' })
    await button('Save changes').click()
    await conflict().getByText('Theirs').waitFor()
    expect(await field('Name').inputValue()).toBe('Mine')
    await everywhere(page, 'conflict-settings')
    await button('Save mine anyway').click()
    await saved('Settings saved')
    await conflict().waitFor({ state: 'detached' })
    expect(await settingOf('app_name')).toBe('Mine')
  })

  it('with an invite: what was typed stays, and theirs is shown', async () => {
    const invite = await admin.call<{ id: string }>('POST', '/invites', {
      label: 'Choir',
      libraries: { mode: 'all' },
    })
    await page.goto(`${house.url}/invites/${invite.id}/edit`)
    await page.getByLabel('Label').fill('The choir')
    const [again] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith(`/api/v1/invites/${invite.id}`)),
      admin.call('PATCH', `/invites/${invite.id}`, { label: 'Band', max_uses: 7 }),
    ])
    await again.finished()
    await page.waitForTimeout(200)
    expect(await page.getByLabel('Label').inputValue()).toBe('The choir')
    await button('Save changes').click()
    await conflict().getByText('Band').waitFor()
    await conflict().getByText('7', { exact: true }).waitFor()
    expect(await field('People').inputValue()).toBe('7')
    await everywhere(page, 'conflict-invite')
    await button('Save mine anyway').click()
    await saved('Invite saved')
    const now = await admin.call<{ label: string; max_uses: number }>(
      'GET',
      `/invites/${invite.id}`,
    )
    expect([now.label, now.max_uses]).toEqual(['The choir', 7])
  })

  it('with an end of access: the day that was chosen stays an end', async () => {
    const id = await idOf('guest06')
    await admin.call('PATCH', `/users/${id}`, { access_expires_on: '2099-01-01' })
    await page.goto(`${house.url}/users/${id}/edit`)
    await button('+30 days').click()
    const day = await page.getByLabel('Last day').inputValue()
    await admin.call('PATCH', `/users/${id}`, { access_expires_on: null })
    await button('Save changes').click()
    await conflict().getByText('Never').waitFor()
    expect(await page.getByLabel('Last day').inputValue()).toBe(day)
    await button('Save mine anyway').click()
    await saved('Saved')
    const { access_expires_at: end } = await admin.call<{ access_expires_at: string | null }>(
      'GET',
      `/users/${id}`,
    )
    expect(end).not.toBeNull()
  })

  it('is told where it is seen, on a phone at the foot of a long form too', async () => {
    await page.setViewportSize(PHONE)
    const id = await idOf('guest07')
    await page.goto(`${house.url}/users/${id}/edit`)
    await field('Discord id').fill('123456789012345678')
    await admin.call('PATCH', `/users/${id}`, { tags: ['neighbours'] })
    await button('Save changes').click()
    await conflict().waitFor()
    await expectFocus(conflict())
    await expectAccessible(page)
    await button('Discard mine').click()

    await field('Discord id').fill('123456789012345678')
    const broken = { status: 503, json: { title: 'Full', status: 503, code: 'storage_full' } }
    await page.route(new RegExp(`/api/v1/users/${id}$`), (route) =>
      route.request().method() === 'PATCH' ? route.fulfill(broken) : route.fallback(),
    )
    await button('Save changes').click()
    await expectFocus(page.locator('form').getByRole('alert'))
    await page.unrouteAll({ behavior: 'wait' })
    await page.setViewportSize(DESKTOP)
  })
})

describe('a setting that goes back to its default', () => {
  it('leaves what is being typed in the others', async () => {
    await admin.call('PATCH', '/settings', { time_zone: 'Europe/Paris' })
    await page.goto(`${house.url}/settings/general`)
    await field('Name').fill('House cinema')
    await button('Use the default').last().click()
    await page.getByText('Settings saved').waitFor()
    await expect.poll(() => settingOf('time_zone')).not.toBe('Europe/Paris')
    await expect.poll(() => field('Time zone').inputValue()).not.toBe('Europe/Paris')
    expect(await field('Name').inputValue()).toBe('House cinema')
    await button('Save changes').click()
    await expect.poll(() => settingOf('app_name')).toBe('House cinema')
    await button('Save changes').waitFor({ state: 'detached' })
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })
})
