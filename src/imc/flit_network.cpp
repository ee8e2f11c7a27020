#include "flash/imc/flit_network.hpp"

#include <array>
#include <bit>
#include <string>
#include <vector>

#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr int ports = 5, local = 4;  // east, west, south, north as Direction has them, the tile
constexpr int facing[] = {1, 0, 3, 2};

std::size_t index(int value) { return static_cast<std::size_t>(value); }

// A flow to one tile, or one value to many.
struct Stream {
  int from = 0;
  std::vector<int> to;  // spots
  std::int64_t left = 0;
  std::vector<char> outs;  // of many tiles: at each spot, a bit a port where the tree goes on
};

struct Flit {
  int stream = 0;
  bool tail = false;
};

// What a virtual channel of an input port holds; the state is its first packet's.
struct Channel {
  int first = 0, held = 0;         // of its ring of flits
  bool routed = false;             // a packet's head is or has been at the front
  std::int64_t ready = 0;          // the front may ask for a channel, a body for the switch, from then on
  int want = 0, left = 0;          // bits of ports: of the packet, of the flit at the front
  std::array<int, ports> channel;  // that it was given at the next router, -1: none yet
  std::array<std::int64_t, ports> granted;
};

class FlitNetwork {
 public:
  FlitNetwork(const Mesh& mesh, std::span<const Flow> flows, const RouterSettings& settings)
      : settings_(settings),
        side_(mesh.side()),
        routers_(side_ * side_),
        route_cycles_(std::min(settings.stages, 3) - 1),
        hop_cycles_(settings.stages - route_cycles_ + 1) {
    const std::size_t channels = index(routers_ * ports * settings.vcs);
    inputs_.resize(channels);
    flits_.resize(channels * index(settings.depth));
    occupied_.resize(index(routers_ * ports));
    free_.assign(index(routers_ * ports), all_channels());
    credits_.assign(channels, settings.depth);
    source_credits_.assign(index(routers_ * settings.vcs), settings.depth);
    sources_.resize(index(routers_));
    buffered_.resize(index(routers_));
    for (auto* turns : {&channel_turn_, &request_turn_, &vc_turn_, &output_turn_, &input_turn_})
      turns->resize(index(routers_ * ports));
    arrivals_.resize(wheel);
    returned_.resize(wheel);
    add_streams(mesh, flows);
  }

  FlitDrain run() {
    std::int64_t moved = 0;
    for (now_ = 0; waiting_ > 0; ++now_) {
      moving_ = false;
      arrive();
      inject();
      for (int router = 0; router < routers_; ++router) {
        if (buffered_[index(router)] == 0) continue;
        give_channels(router);
        cross(router);
      }
      if (moving_) moved = now_;
      if (now_ - moved > 10 * wheel)
        throw Error(ExitCode::bad_job,
                    "imc: flits wait for each other for ever: take noc.packet_flits = 1, or noc.multicast = "
                    "false");
    }
    return {last_, hops_};
  }

 private:
  static constexpr std::int64_t wheel = 128;  // no delay is longer
  static constexpr int credit_cycles = 3;     // from a flit's leaving a buffer to the credit's use
  static constexpr int port_cycles = 1;       // between a tile and its router

  struct Source {
    std::vector<int> streams;
    std::size_t turn = 0;
    int vc = 0;      // last used
    int in_way = 0;  // flits that are left of a packet
  };
  struct Arrival {
    int channel;  // of an input port
    Flit flit;
  };

  std::uint64_t all_channels() const { return ~std::uint64_t{0} >> (64 - settings_.vcs); }
  int channel_of(int router, int port, int vc) const { return (router * ports + port) * settings_.vcs + vc; }
  int neighbour(int router, int port) const {
    const int steps[] = {1, -1, side_, -side_};
    return router + steps[port];
  }
  static std::size_t slot(std::int64_t time) { return static_cast<std::size_t>(time % wheel); }

  int out_bits(const Stream& stream, int router) const {
    if (!stream.outs.empty()) return stream.outs[index(router)];
    return 1 << next_port(router, stream.to.front());
  }
  int next_port(int at, int to) const {
    if (at % side_ != to % side_) return at % side_ < to % side_ ? 0 : 1;
    if (at == to) return local;
    return at < to ? 2 : 3;
  }

  void add_streams(const Mesh& mesh, std::span<const Flow> flows) {
    const Flow* last = nullptr;
    for (const Flow& flow : flows) {
      if (flow.from == flow.to || flow.flits == 0) continue;
      waiting_ += flow.flits;
      const int to = mesh.spot(flow.to);
      if (settings_.multicast && last != nullptr && same_value(*last, flow)) {
        streams_.back().to.push_back(to);
      } else {
        Stream& stream = streams_.emplace_back();
        stream.from = mesh.spot(flow.from);
        stream.to = {to};
        stream.left = flow.flits;
        sources_[index(stream.from)].streams.push_back(static_cast<int>(streams_.size()) - 1);
      }
      last = &flow;
    }
    for (Stream& stream : streams_) {
      if (stream.to.size() == 1) continue;
      stream.outs.resize(index(routers_));
      for (const int to : stream.to)
        for (int at = stream.from;; at = neighbour(at, next_port(at, to))) {
          const int port = next_port(at, to);
          stream.outs[index(at)] = static_cast<char>(stream.outs[index(at)] | 1 << port);
          if (port == local) break;
        }
    }
  }

  void arrive() {
    for (const auto& [channel, flit] : arrivals_[slot(now_)]) {
      Channel& at = inputs_[index(channel)];
      flits_[index(channel * settings_.depth + (at.first + at.held) % settings_.depth)] = flit;
      const int port = channel / settings_.vcs;
      occupied_[index(port)] |= std::uint64_t{1} << channel % settings_.vcs;
      ++buffered_[index(port / ports)];
      if (at.held++ == 0) to_front(port / ports, at, flit, now_);
    }
    arrivals_[slot(now_)].clear();
    for (const int channel : returned_[slot(now_)])
      ++(channel >= 0 ? credits_[index(channel)] : source_credits_[index(~channel)]);
    returned_[slot(now_)].clear();
  }

  void to_front(int router, Channel& channel, const Flit& flit, std::int64_t time) {
    if (!channel.routed) {
      channel.routed = true;
      channel.want = out_bits(streams_[index(flit.stream)], router);
      channel.channel.fill(-1);
      channel.ready = time + (route_cycles_ > 1 ? 1 : 0);
    } else {
      channel.ready = time;
    }
    channel.left = channel.want;
  }

  void inject() {
    for (int router = 0; router < routers_; ++router) {
      Source& source = sources_[index(router)];
      if (source.streams.empty()) continue;
      const auto credits = [&](int vc) -> int& {
        return source_credits_[index(router * settings_.vcs + vc)];
      };
      if (source.in_way == 0) {
        int vc = source.vc;
        for (int k = 0; k < settings_.vcs; ++k) {
          vc = (vc + 1) % settings_.vcs;
          if (credits(vc) > 0) break;
        }
        if (credits(vc) == 0) continue;
        source.vc = vc;
        source.turn %= source.streams.size();
        const Stream& stream = streams_[index(source.streams[source.turn])];
        source.in_way = static_cast<int>(std::min<std::int64_t>(settings_.packet_flits, stream.left));
      } else if (credits(source.vc) == 0) {
        continue;
      }
      const int id = source.streams[source.turn];
      Stream& stream = streams_[index(id)];
      --credits(source.vc);
      --stream.left;
      const bool tail = --source.in_way == 0;
      arrivals_[slot(now_ + port_cycles)].push_back({channel_of(router, local, source.vc), Flit{id, tail}});
      moving_ = true;
      if (!tail) continue;
      if (stream.left == 0)
        source.streams.erase(source.streams.begin() + static_cast<std::ptrdiff_t>(source.turn));
      else
        ++source.turn;
    }
  }

  // Visits the channels of a router's ports that hold flits, from `turn` on.
  template <class Visit>
  void visit(int router, int turn, Visit visit) {
    const int all = ports * settings_.vcs;
    for (int k = 0; k < ports + 1; ++k) {
      const int port = (turn / settings_.vcs + k) % ports, cut = turn % settings_.vcs;
      std::uint64_t held = occupied_[index(router * ports + port)];
      if (k == 0) held &= ~std::uint64_t{0} << cut;
      if (k == ports) held &= ~(~std::uint64_t{0} << cut);
      for (; held != 0; held &= held - 1) visit((port * settings_.vcs + std::countr_zero(held)) % all);
    }
  }

  void give_channels(int router) {
    for (int out = 0; out < ports; ++out) {
      std::uint64_t& free = free_[index(router * ports + out)];
      if (free == 0) continue;
      int& turn = request_turn_[index(router * ports + out)];
      int& next = channel_turn_[index(router * ports + out)];
      int served = -1;
      visit(router, turn, [&](int input) {
        Channel& channel = inputs_[index(router * ports * settings_.vcs + input)];
        if (free == 0 || (channel.want >> out & 1) == 0 || channel.channel[index(out)] >= 0 ||
            channel.ready > now_)
          return;
        const std::uint64_t later = free & (~std::uint64_t{0} << next);
        const int vc = std::countr_zero(later != 0 ? later : free);
        free &= ~(std::uint64_t{1} << vc);
        next = (vc + 1) % settings_.vcs;
        channel.channel[index(out)] = vc;
        channel.granted[index(out)] = now_ + (route_cycles_ > 0 ? 1 : 0);
        served = input;
      });
      if (served >= 0) turn = (served + 1) % (ports * settings_.vcs);
    }
  }

  // One iteration of iSLIP: each output grants one input, each input takes one output.
  void cross(int router) {
    std::array<std::array<int, ports>, ports> request;  // [output][input]: the virtual channel, -1: none
    for (auto& row : request) row.fill(-1);
    for (int in = 0; in < ports; ++in) {
      const std::uint64_t held = occupied_[index(router * ports + in)];
      const int turn = vc_turn_[index(router * ports + in)];
      const std::uint64_t later = ~std::uint64_t{0} << turn;
      for (const std::uint64_t part : {held & later, held & ~later})
        for (std::uint64_t rest = part; rest != 0; rest &= rest - 1) {
          const int vc = std::countr_zero(rest);
          const Channel& channel = inputs_[index(channel_of(router, in, vc))];
          for (int out = 0; out < ports; ++out) {
            int& asked = request[index(out)][index(in)];
            if (asked >= 0 || (channel.left >> out & 1) == 0 || channel.channel[index(out)] < 0 ||
                channel.granted[index(out)] > now_ || channel.ready > now_ ||
                credits_[index(channel_of(router, out, channel.channel[index(out)]))] == 0)
              continue;
            asked = vc;
          }
        }
    }
    std::array<int, ports> granted;  // of each output: an input, -1: none
    for (int out = 0; out < ports; ++out) {
      granted[index(out)] = -1;
      for (int k = 0; k < ports && granted[index(out)] < 0; ++k) {
        const int in = (output_turn_[index(router * ports + out)] + k) % ports;
        if (request[index(out)][index(in)] >= 0) granted[index(out)] = in;
      }
    }
    for (int in = 0; in < ports; ++in)
      for (int k = 0; k < ports; ++k) {
        const int out = (input_turn_[index(router * ports + in)] + k) % ports;
        if (granted[index(out)] != in) continue;
        const int vc = request[index(out)][index(in)];
        output_turn_[index(router * ports + out)] = (in + 1) % ports;
        input_turn_[index(router * ports + in)] = (out + 1) % ports;
        vc_turn_[index(router * ports + in)] = (vc + 1) % settings_.vcs;
        send(router, in, vc, out);
        break;
      }
  }

  void send(int router, int in, int vc, int out) {
    const int at = channel_of(router, in, vc);
    Channel& channel = inputs_[index(at)];
    const Flit flit = flits_[index(at * settings_.depth + channel.first)];
    const int next = channel.channel[index(out)];
    const int there = channel_of(router, out, next);
    moving_ = true;
    --credits_[index(there)];
    if (flit.tail) free_[index(router * ports + out)] |= std::uint64_t{1} << next;
    if (out == local) {
      --waiting_;
      last_ = now_ + hop_cycles_ - 1 + port_cycles;
      returned_[slot(now_ + hop_cycles_ + credit_cycles)].push_back(there);
    } else {
      ++hops_;
      const int to = neighbour(router, out);
      arrivals_[slot(now_ + hop_cycles_)].push_back({channel_of(to, facing[out], next), flit});
    }
    channel.left &= ~(1 << out);
    if (channel.left != 0) return;
    // The flit has gone everywhere: its place is free, and whoever sent it hears of that.
    channel.first = (channel.first + 1) % settings_.depth;
    --buffered_[index(router)];
    if (flit.tail) channel.routed = false;
    if (--channel.held == 0) occupied_[index(router * ports + in)] &= ~(std::uint64_t{1} << vc);
    const int from =
        in == local ? ~(router * settings_.vcs + vc) : channel_of(neighbour(router, in), facing[in], vc);
    returned_[slot(now_ + credit_cycles)].push_back(from);
    if (channel.held > 0)
      to_front(router, channel, flits_[index(at * settings_.depth + channel.first)], now_ + 1);
  }

  RouterSettings settings_;
  int side_, routers_;
  int route_cycles_;  // from a head's reaching the front to its asking for the switch
  int hop_cycles_;    // from the switch's grant to the next router's buffer
  std::vector<Stream> streams_;
  std::vector<Source> sources_;
  std::vector<Channel> inputs_;
  std::vector<Flit> flits_;
  std::vector<std::uint64_t> occupied_, free_;  // of each port, a bit a channel
  std::vector<int> credits_, source_credits_, buffered_;
  std::vector<int> channel_turn_, request_turn_, vc_turn_, output_turn_, input_turn_;
  std::vector<std::vector<Arrival>> arrivals_;
  std::vector<std::vector<int>> returned_;
  std::int64_t now_ = 0, waiting_ = 0, last_ = 0, hops_ = 0;
  bool moving_ = false;
};

}  // namespace

FlitDrain drain_flits(const Mesh& mesh, std::span<const Flow> flows, const RouterSettings& settings) {
  return FlitNetwork(mesh, flows, settings).run();
}

}  // namespace flash
