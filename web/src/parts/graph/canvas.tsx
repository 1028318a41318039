/** A graph of jobs, drawn: moved and zoomed, each box a link to its job. */

import "@xyflow/react/dist/base.css";
import {
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { useEffect, useMemo } from "react";
import { usePhone } from "@/core/media.ts";
import { Blank } from "./blank.tsx";
import { type Drawing, type DrawnEdge, type DrawnJob, EDGE_WORDS } from "./drawing.ts";
import { JobBox } from "./job-box.tsx";
import { BOX, type Places } from "./layout.ts";
import { STROKES } from "./legend.tsx";
import { usePlaces } from "./use-places.ts";

interface CanvasProps {
  label: string;
  drawing: Drawing;
  /** It stands out: the job that this is about. */
  about?: string;
  /** Others are dimmed; null: none are. */
  found?: ReadonlySet<string> | null;
  /** A part of a page: the wheel scrolls the page. */
  small?: boolean;
}

export default function Canvas(props: CanvasProps) {
  const places = usePlaces(props.drawing);
  if (!places) return <Blank />;
  return (
    <ReactFlowProvider>
      <Flow {...props} places={places} />
    </ReactFlowProvider>
  );
}

type BoxNode = Node<{ job: DrawnJob; about: boolean; dim: boolean }, "job">;

function Flow({ label, drawing, about, found, small, places }: CanvasProps & { places: Places }) {
  const nodes = useMemo(
    () => drawing.jobs.map((job) => nodeOf(job, places, job.id === about, found)).sort(byPlace),
    [drawing, places, about, found],
  );
  const edges = useMemo(() => drawing.edges.map(edgeOf), [drawing]);
  return (
    <section aria-label={label} className="relative h-full min-h-0">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        minZoom={0.05}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={!small}
        preventScrolling={!small}
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements
        proOptions={{ hideAttribution: true }}
        className="[--xy-background-color:transparent] [--xy-edge-stroke-width:1.25] [--xy-edge-stroke:var(--color-ink-3)]"
      >
        {!small && <Controls showInteractive={false} className={CONTROLS} />}
        <Shown />
        <ShowFound found={found} />
      </ReactFlow>
    </section>
  );
}

const FIT = { padding: 0.08, maxZoom: 1 };
/** As small as a phone's reader can read. */
const LEGIBLE = 0.8;
const EDGE_PX = 16;

/** All of it, again where the window changes. On a phone, where that would be illegible, its beginning. */
function Shown() {
  const flow = useReactFlow();
  const phone = usePhone();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  useEffect(() => {
    if (width === 0 || height === 0) return;
    const all = flow.getNodesBounds(flow.getNodes());
    if (!phone || all.width * LEGIBLE < width) {
      void flow.fitView(FIT);
      return;
    }
    const [x, y] = [EDGE_PX - all.x * LEGIBLE, EDGE_PX - all.y * LEGIBLE];
    void flow.setViewport({ x, y, zoom: LEGIBLE });
  }, [flow, phone, width, height]);
  return null;
}
const CONTROLS =
  "ring-inside overflow-hidden rounded-md border border-line-strong [--xy-controls-button-background-color-hover:var(--color-hover)] [--xy-controls-button-background-color:var(--color-raised)] [--xy-controls-button-border-color:var(--color-line)] [--xy-controls-button-color-hover:var(--color-ink)] [--xy-controls-button-color:var(--color-ink-2)]";

/** Bring what was searched for into sight. */
function ShowFound({ found }: { found: ReadonlySet<string> | null | undefined }) {
  const flow = useReactFlow();
  useEffect(() => {
    if (found?.size) void flow.fitView({ ...FIT, nodes: [...found].map((id) => ({ id })), duration: 200 });
  }, [flow, found]);
  return null;
}

/** Sizes and handles are told, so that nothing needs to be measured before it is drawn. */
function nodeOf(
  job: DrawnJob,
  places: Places,
  about: boolean,
  found: ReadonlySet<string> | null | undefined,
): BoxNode {
  const middle = BOX.height / 2;
  return {
    id: job.id,
    type: "job",
    position: places[job.id] ?? { x: 0, y: 0 },
    data: { job, about, dim: found ? !found.has(job.id) : false },
    ...BOX,
    measured: BOX,
    handles: [
      { type: "target", position: Position.Left, x: 0, y: middle },
      { type: "source", position: Position.Right, x: BOX.width, y: middle },
    ],
  };
}

/** Tab goes from box to box as one reads: down a column, then to the next. */
function byPlace({ position: a }: BoxNode, { position: b }: BoxNode): number {
  return a.x - b.x || a.y - b.y;
}

function edgeOf({ from, to, kind }: DrawnEdge): Edge {
  return {
    id: `${from} ${kind} ${to}`,
    source: from,
    target: to,
    style: STROKES[kind] ?? {},
    markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: "var(--color-ink-3)" },
    ariaLabel: `${from}: ${EDGE_WORDS[kind]}, ${to}`,
  };
}

function BoxOfJob({ data: { job, about, dim } }: NodeProps<BoxNode>) {
  return (
    <>
      <Handle type="target" position={Position.Left} className="invisible" />
      <JobBox job={job} about={about} dim={dim} />
      <Handle type="source" position={Position.Right} className="invisible" />
    </>
  );
}

const NODE_TYPES = { job: BoxOfJob };
