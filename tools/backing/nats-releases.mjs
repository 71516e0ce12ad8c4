// From the project's own SHA256SUMS as cashapp/hermit-packages (nats-server.hcl) records them; the two for linux are
// also in nats-io/nats-docker (commit e6bf552), the project's own images.
const version = '2.12.8';
const release = (platform, sha256) => ({
  version,
  archive: `nats-server-v${version}-${platform}.tar.gz`,
  sha256,
});

/** The pinned official releases, by `<process.platform>-<process.arch>`. */
export const natsReleases = {
  'linux-x64': release('linux-amd64', '6abc397684567e133649688a13564ad6de786d64e88253fbb4f6a3aa8c2fca63'),
  'linux-arm64': release('linux-arm64', '7d20e93c23924cdd5cb6ec51c92f9478c97f9c8a0dbe049dd7ab88af115d622c'),
  'darwin-x64': release('darwin-amd64', '8880e133f45c6974468d351425db9a73ffe3b569850cad2bfbaa349d80939a7f'),
  'darwin-arm64': release('darwin-arm64', '4556a7f617eb532587790344629a6a95261099b236524b764d1f10d6c14aba1a'),
};
