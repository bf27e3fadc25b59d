// SPDX-License-Identifier: Apache-2.0
#include "evidence/exposure.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/clock.h"
#include "base/json_writer.h"
#include "evidence/coverage_reason.h"

namespace dengce::evidence {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

// The special-purpose blocks of RFC 6890 and its registry that no host of the internet reaches.
constexpr std::array<std::pair<const char*, int>, 15> special_v4{{{"0.0.0.0", 8},
                                                                  {"10.0.0.0", 8},
                                                                  {"100.64.0.0", 10},
                                                                  {"127.0.0.0", 8},
                                                                  {"169.254.0.0", 16},
                                                                  {"172.16.0.0", 12},
                                                                  {"192.0.0.0", 24},
                                                                  {"192.0.2.0", 24},
                                                                  {"192.168.0.0", 16},
                                                                  {"198.18.0.0", 15},
                                                                  {"198.51.100.0", 24},
                                                                  {"203.0.113.0", 24},
                                                                  {"224.0.0.0", 4},
                                                                  {"240.0.0.0", 4},
                                                                  {"255.255.255.255", 32}}};
constexpr std::array<std::pair<const char*, int>, 6> special_v6{
    {{"::", 127}, {"100::", 64}, {"2001:db8::", 32}, {"fc00::", 7}, {"fe80::", 10}, {"ff00::", 8}}};

bool inside(const Bytes& address, const Bytes& begin, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(address.data(), begin.data(), whole) != 0) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF << (8 - rest));
  return (address[whole] & mask) == (begin[whole] & mask);
}

template <std::size_t N>
bool in_any(int family,
            const Bytes& address,
            const std::array<std::pair<const char*, int>, N>& list) {
  return std::any_of(list.begin(), list.end(), [&](const auto& block) {
    Bytes begin{};
    return inet_pton(family, block.first, begin.data()) == 1 &&
           inside(address, begin, block.second);
  });
}

// Without the zone of a link-local address and without brackets.
std::string plain_address(std::string_view address) {
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  return std::string(address.substr(0, address.find('%')));
}

std::vector<std::string> addresses_of(const FactSet& facts) {
  constexpr int address = 1;
  std::vector<std::string> out;
  const std::uint32_t rows = facts.row_count(FactId::network_address);
  out.reserve(rows);
  for (std::uint32_t row = 0; row < rows; ++row) {
    out.push_back(plain_address(facts.cell(FactId::network_address, row, address).text));
  }
  return out;
}

// A socket on all IPv4 addresses does not hear those of IPv6; one on `::` or `*` usually hears
// both.
bool listens_on(std::string_view listening, std::string_view address) {
  if (listening == "0.0.0.0") return address.find(':') == std::string_view::npos;
  return listening == "::" || listening == "*" || listening == address;
}

ExposedService exposed(const FactSet& facts,
                       std::uint32_t row,
                       const std::vector<std::string>& addresses) {
  ExposedService out;
  out.protocol = facts.cell(FactId::socket, row, 0).text;
  out.address = facts.cell(FactId::socket, row, 1).text;
  out.port = facts.cell(FactId::socket, row, 2).integer;
  out.process = facts.cell(FactId::socket, row, 3).text;
  if (facts.cell(FactId::socket, row, 4).text == "loopback") {
    out.reach = Reach::loopback;
    return out;
  }
  const std::string listening = plain_address(out.address);
  for (const std::string& address : addresses) {
    if (public_address(address) && listens_on(listening, address)) {
      out.public_addresses.push_back(address);
    }
  }
  // The address list may lack: an address that the socket names speaks for itself.
  if (out.public_addresses.empty() && public_address(listening)) {
    out.public_addresses.push_back(listening);
  }
  out.reach = out.public_addresses.empty() ? Reach::network : Reach::internet;
  return out;
}

void write_service(JsonWriter& json, const ExposedService& one) {
  json.begin_object().member("service", one.service->id).member("name", one.service->name);
  json.member("kind", one.service->kind).member("protocol", one.protocol);
  json.member("address", one.address).member("port", one.port).member("process", one.process);
  json.member("reach", name(one.reach)).key("public_addresses").begin_array();
  for (const std::string& address : one.public_addresses) json.string(address);
  json.end_array().key("source");
  if (one.path.empty()) {
    json.null();
  } else {
    json.begin_object().member("path", one.path).member("line", one.line).end_object();
  }
  json.end_object();
}

}  // namespace

std::string_view name(Reach reach) {
  switch (reach) {
    case Reach::loopback: return "loopback";
    case Reach::network: return "network";
    case Reach::internet: break;
  }
  return "internet";
}

bool public_address(std::string_view address) {
  const std::string text = plain_address(address);
  Bytes bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return !in_any(AF_INET, bytes, special_v4);
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return false;
  constexpr Bytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (inside(bytes, mapped, 96)) return public_address(text.substr(text.rfind(':') + 1));
  return !in_any(AF_INET6, bytes, special_v6);
}

bool Exposure::on_internet() const {
  return std::any_of(services.begin(), services.end(), [](const ExposedService& one) {
    return one.reach == Reach::internet;
  });
}

const KnownService* KnownServices::find(std::string_view process, std::int64_t port) const {
  const auto by_process = std::find_if(services.begin(), services.end(), [&](const auto& service) {
    return std::find(service.processes.begin(), service.processes.end(), process) !=
           service.processes.end();
  });
  if (by_process != services.end()) return &*by_process;
  const auto by_port = std::find_if(services.begin(), services.end(), [&](const auto& service) {
    return std::find(service.ports.begin(), service.ports.end(), port) != service.ports.end();
  });
  return by_port == services.end() ? nullptr : &*by_port;
}

Exposure find_exposure(const KnownServices& services, const FactSet& facts) {
  Exposure out;
  if (facts.row_count(FactId::host) > 0) {
    out.host = facts.cell(FactId::host, 0, 0).text;
    out.day = facts.cell(FactId::host, 0, 8).integer;
  }
  out.unknown = missing_reason(facts, "socket");
  if (!out.unknown.empty()) return out;
  const std::vector<std::string> addresses = addresses_of(facts);
  for (std::uint32_t row = 0; row < facts.row_count(FactId::socket); ++row) {
    const KnownService* service = services.find(facts.cell(FactId::socket, row, 3).text,
                                                facts.cell(FactId::socket, row, 2).integer);
    if (service == nullptr) continue;
    ExposedService one = exposed(facts, row, addresses);
    if (one.reach == Reach::loopback) continue;
    one.service = service;
    const auto source = facts.source(pack_source(facts.row_source(index_of(FactId::socket), row)));
    if (source) {
      one.path = source->path;
      one.line = source->line;
    }
    out.services.push_back(std::move(one));
  }
  std::stable_sort(out.services.begin(), out.services.end(), [](const auto& a, const auto& b) {
    return a.reach > b.reach;
  });
  return out;
}

void write_exposure(JsonWriter& json, const KnownServices& services, const Exposure& exposure) {
  json.begin_object().member("host", exposure.host);
  json.member("day", format_day(Day{static_cast<std::int32_t>(exposure.day)}));
  json.member("unknown", exposure.unknown).key("kinds").begin_array();
  for (const ServiceKind& kind : services.kinds) {
    json.begin_object().member("id", kind.id).member("name", kind.name);
    json.member("name_en", kind.name_en).end_object();
  }
  json.end_array().key("services").begin_array();
  for (const ExposedService& one : exposure.services) write_service(json, one);
  json.end_array().end_object();
}

}  // namespace dengce::evidence
