// The charts as a person meets them: by eye, by pointer, by keyboard and as numbers.
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it, vi } from 'vitest'
import { BarChart } from './BarChart'
import { ChartCard } from './ChartCard'
import { Heatmap } from './Heatmap'

const SERIES = [
  { id: 'tv', label: 'TV' },
  { id: 'films', label: 'Films' },
]
const BARS = [
  { id: '1', label: 'Monday', tick: 'Mon', values: [3, 1] },
  { id: '2', label: 'Tuesday', tick: 'Tue', values: [0, 0] },
  { id: '3', label: 'Wednesday', tick: 'Wed', values: [5, 2] },
]

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
  // There is no layout here; the charts ask how wide they are.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600)
})

const bars = () =>
  render(
    <ChartCard
      title="Plays"
      summary="11 plays"
      series={SERIES}
      table={{ head: ['Day', 'TV'], rows: [{ id: '1', cells: ['Monday', '3'] }] }}
    >
      <BarChart label="Plays" series={SERIES} bars={BARS} />
    </ChartCard>,
  )

it('says each mark in words, and is one stop for Tab', () => {
  bars()
  const marks = within(screen.getByRole('group', { name: 'Plays' })).getAllByRole('img')
  expect(marks.map((mark) => mark.getAttribute('aria-label'))).toEqual([
    'Monday: TV 3, Films 1',
    'Tuesday: TV 0, Films 0',
    'Wednesday: TV 5, Films 2',
  ])
  expect(marks.map((mark) => mark.tabIndex)).toEqual([-1, -1, 0])
})

it('shows a tooltip for the focus, follows the arrows and hides it on Escape', async () => {
  bars()
  const person = userEvent.setup()
  await person.tab()
  await person.tab()
  expect(screen.getByText('Wednesday')).toBeTruthy()
  await person.keyboard('{Home}')
  expect(screen.getByText('Monday')).toBeTruthy()
  expect(screen.queryByText('Wednesday')).toBeNull()
  await person.keyboard('{Escape}')
  expect(screen.queryByText('Monday')).toBeNull()
  await person.keyboard('{ArrowRight}')
  expect(screen.getByText('Tuesday')).toBeTruthy()
})

it('shows the same for the pointer', async () => {
  bars()
  const person = userEvent.setup()
  const [first] = screen.getAllByRole('img')
  if (first) await person.hover(first)
  expect(screen.getByText('Monday')).toBeTruthy()
  if (first) await person.unhover(first)
  expect(screen.queryByText('Monday')).toBeNull()
})

it('has a sentence, and the numbers as a table', async () => {
  bars()
  expect(screen.getByText('11 plays')).toBeTruthy()
  await userEvent.setup().click(screen.getByRole('button', { name: 'Plays as a table' }))
  const table = screen.getByRole('table', { name: 'Plays' })
  expect(within(table).getByRole('row', { name: 'Monday 3' })).toBeTruthy()
  expect(screen.queryByRole('img')).toBeNull()
})

it('walks through a week in both directions', async () => {
  const cells = ['a', 'b', 'c', 'd'].map((words) => ({ value: 1, words }))
  render(
    <Heatmap
      label="Week"
      rows={[
        { short: 'Mon', label: 'Monday' },
        { short: 'Tue', label: 'Tuesday' },
      ]}
      columns={[
        { tick: '0', label: '0:00' },
        { tick: null, label: '1:00' },
      ]}
      cells={cells}
    />,
  )
  const person = userEvent.setup()
  await person.tab()
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Tuesday, 1:00: d')
  await person.keyboard('{ArrowUp}{ArrowLeft}')
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Monday, 0:00: a')
})
