/**
 * Loaded into a daemon before it starts: measures how long single turns of its event loop take, in time of the
 * processor, which a busy machine does not lengthen. Answers the longest since the last question to whoever asks
 * over the IPC channel.
 */
const BEAT_MS = 2;
let longestMs = 0;
let usage = process.threadCpuUsage();

const beat = setInterval(() => {
  const { user, system } = process.threadCpuUsage(usage);
  longestMs = Math.max(longestMs, (user + system) / 1000);
  usage = process.threadCpuUsage();
}, BEAT_MS);
beat.unref();

process.on('message', () => {
  process.send?.(longestMs);
  longestMs = 0;
});
process.channel?.unref();
