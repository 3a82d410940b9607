#include "server/config/read_desk.h"
#include "server/config/read_hours.h"
#include "server/http/network.h"
#include "server/http/tls_files.h"

#include <algorithm>

namespace tsunagi::config {
namespace {

constexpr std::size_t master_key_letters = 64; // 32 bytes as hex

std::string path_below(const std::filesystem::path& dir, const std::string& path)
{
    return path.empty() ? "" : (dir / path).lexically_normal().string(); // an absolute path stays what it is
}

/// Who only checks texts has no key, or may not read it.
void check_tls(const Listener& listener, const Value& tls, Purpose purpose, Problems& problems)
{
    if (listener.certificate_file.empty() || listener.key_file.empty()) return;
    const auto trouble = http::tls_trouble({listener.certificate_file, listener.key_file});
    if (trouble.empty()) return;
    const std::string mend = "PEM files, the chain and its key, that the server's user may read; both paths count from the config folder";
    purpose == Purpose::serve ? problems.error(tls, trouble, mend) : problems.warning(tls, trouble, mend);
}

/// Who only checks texts has built no console.
void check_console(const Value& folder, Purpose purpose, Problems& problems)
{
    std::error_code unreadable;
    if (folder.text.empty() || purpose != Purpose::serve || std::filesystem::is_directory(folder.text, unreadable)) return;
    problems.error(folder, "there is no folder " + in_quotes(folder.text) + " with the console's pages",
                   "run deploy/build-console; the path counts from the folder the program is started in, so write the whole path when "
                   "that is another (a service)");
}

std::vector<std::string> read_proxies(const Value& proxies, Problems& problems)
{
    for (const auto& proxy : proxies.items)
        if (!http::Network::parse(proxy.text))
            problems.error(proxy, "this is no address and no network", "write 192.0.2.7, 10.1.0.0/16 or 2001:db8::/32");
    return proxies.words();
}

Listener read_listener(const Value& value, const std::filesystem::path& dir, Purpose purpose, Problems& problems)
{
    Listener listener;
    listener.address = value["address"].text;
    listener.port = static_cast<std::uint16_t>(value["port"].number().value_or(0));
    const Value tls = value["tls"];
    listener.certificate_file = path_below(dir, tls["certificate"].text);
    listener.key_file = path_below(dir, tls["key"].text);
    check_tls(listener, tls, purpose, problems);
    if (const auto* proxies = value.find("proxies")) listener.proxies = read_proxies(*proxies, problems);
    return listener;
}

void check_master_key(const Value& key, Problems& problems)
{
    if (key.text.empty()) return; // told where its placeholder was replaced
    const auto is_hex = [](char letter) {
        return std::string_view("0123456789abcdefABCDEF").find(letter) != std::string_view::npos;
    };
    if (key.text.size() == master_key_letters && std::all_of(key.text.begin(), key.text.end(), is_hex)) return;
    problems.error(key, "the master key is not 64 hex characters", "make one: openssl rand -hex 32");
}

std::optional<BackupConfig> read_backup(const Value& value, const std::filesystem::path& dir, Problems& problems)
{
    BackupConfig backup;
    backup.folder = path_below(dir, value["folder"].text);
    if (backup.folder.empty()) return std::nullopt; // told by the schema, or where its placeholder was replaced
    if (const auto* at = value.find("at")) {
        const auto minute = minutes_of(at->text);
        if (!minute) problems.error(*at, in_quotes(at->text) + " is no time of the day", "write it as \"03:00\"");
        else backup.minute_of_day = *minute;
    }
    backup.keep = static_cast<std::size_t>(value["keep"].number().value_or(static_cast<double>(backup.keep)));
    return backup;
}

} // namespace

ServerConfig read_server(const Value& root, const std::filesystem::path& dir, Purpose purpose, Problems& problems)
{
    ServerConfig server;
    server.listen = read_listener(root["listen"], dir, purpose, problems);
    server.admin = read_listener(root["admin"], dir, purpose, problems);
    server.public_url = root["public_url"].text;
    server.data_dir = path_below(dir, root["store"]["data"].text);
    if (const auto* backup = root["store"].find("backup")) server.backup = read_backup(*backup, dir, problems);
    server.master_key = root["master_key"].text;
    check_master_key(root["master_key"], problems);
    const Value line = root["line"];
    if (const auto* base = line.find("api_base")) server.line_api_base = base->text;
    if (const auto* base = line.find("data_base")) server.line_data_base = base->text;
    if (const auto* sending = line.find("sending")) server.line_sending = sending->text != "paused";
    server.ca_file = path_below(dir, line["ca_file"].text);
    server.io_threads = static_cast<unsigned>(root["threads"].number().value_or(server.io_threads));
    server.connections_max = static_cast<std::size_t>(
        root["connections_max"].number().value_or(static_cast<double>(server.connections_max)));
    server.console_dir = root["console_dir"].text;
    check_console(root["console_dir"], purpose, problems);
    return server;
}

} // namespace tsunagi::config
