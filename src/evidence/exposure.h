// SPDX-License-Identifier: Apache-2.0
// Databases and management back ends that listen where others reach them, by the sockets and
// addresses of one collection. Whether the border lets the internet in is not visible on the host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/result.h"
#include "evidence/fact_set.h"

namespace dengce {
class JsonWriter;
}

namespace dengce::evidence {

struct ServiceKind {
  std::string id;  // database, management, maintenance
  std::string name;
  std::string name_en;
};

struct KnownService {
  std::string id;
  std::string name;
  std::string kind;
  std::vector<std::int64_t> ports;
  std::vector<std::string> processes;
};

struct KnownServices {
  std::vector<ServiceKind> kinds;
  std::vector<KnownService> services;

  // Every problem of content/exposure/services.yaml at once, with its line.
  static Result<KnownServices> load(const Content& content);
  // By process where the name is known, else by port; nullptr for other sockets.
  [[nodiscard]] const KnownService* find(std::string_view process, std::int64_t port) const;
};

// internet: the host itself holds a public address on which it listens. network: it listens for
// other hosts; the border decides who they are. loopback: for itself only.
enum class Reach : std::uint8_t { loopback, network, internet };

std::string_view name(Reach reach);

// Not assigned to private use, link, loopback, documentation or multicast (RFC 6890); false for
// what is no address.
bool public_address(std::string_view address);

struct ExposedService {
  const KnownService* service = nullptr;
  std::string protocol;
  std::string address;
  std::int64_t port = 0;
  std::string process;
  Reach reach = Reach::network;
  std::vector<std::string> public_addresses;  // of the host, on which it listens
  std::string path;                           // of the evidence
  std::int64_t line = 0;
};

struct Exposure {
  std::string host;
  std::int64_t day = 0;                  // of the collection, days since 1970-01-01
  std::string unknown;                   // why nothing can be said
  std::vector<ExposedService> services;  // worst first; without those on loopback

  [[nodiscard]] bool on_internet() const;
};

// The services must outlive the answer.
Exposure find_exposure(const KnownServices& services, const FactSet& facts);

void write_exposure(JsonWriter& json, const KnownServices& services, const Exposure& exposure);

}  // namespace dengce::evidence
