import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as StatusHistory } from '@grafana/grafana-foundation-sdk/statushistory';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

/** Big values, one for each series, on the colour that they deserve. */
export const tiles = (): Stat =>
  new Stat()
    .reduceOptions(lastValue())
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.ValueAndName);

/** Lines with a legend that has their last and highest values. */
export const lines = (): TimeSeries =>
  new TimeSeries()
    .legend(legendTable(['lastNotNull', 'max']))
    .tooltip(allSeries())
    .lineInterpolation(LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never);

/** Areas on top of one another: parts of a whole. */
export const stacked = (): TimeSeries =>
  lines()
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .lineWidth(1)
    .fillOpacity(70);

/** Whole things that were counted. Most kinds of them are 0 most of the time: they take no room. */
export const counts = (): TimeSeries =>
  stacked()
    .legend(legendList())
    .tooltip(allSeries().hideZeros(true))
    .unit('short')
    .decimals(0)
    .min(0)
    .axisSoftMax(4);

/** A row for each series, coloured by the state it was in. */
export const states = (): StateTimeline =>
  new StateTimeline()
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .legend(legendList())
    .tooltip(allSeries())
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .rowHeight(0.85)
    .fillOpacity(80);

/** A row of cells for each series. Grafana refuses to draw more cells than there is room for. */
export const cells = (): StatusHistory =>
  new StatusHistory()
    .legend(legendList())
    .tooltip(allSeries())
    .showValue(VisibilityMode.Never)
    .maxDataPoints(100)
    .rowHeight(0.9)
    .fillOpacity(80);

export const bars = (): BarGauge =>
  new BarGauge()
    .reduceOptions(lastValue())
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .namePlacement(BarGaugeNamePlacement.Left)
    .legend(legendList());

/** A colour for all values up to the first step, then one from each step on. */
export const steps = (
  base: string,
  ...from: readonly (readonly [value: number, color: string])[]
): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...from.map(([value, color]) => ({ value, color }))]);

export const legendTable = (calcs: string[]): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .calcs(calcs);

const legendList = (): VizLegendOptionsBuilder =>
  new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs([]);

const allSeries = (): VizTooltipOptionsBuilder =>
  new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);

const lastValue = (): ReduceDataOptionsBuilder =>
  new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']);
