#include "server/mail/smtp.h"

#include "bot/base/number.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace tsunagi::mail {
namespace {

constexpr std::uint16_t submission_port = 587;   // RFC 6409
constexpr std::uint16_t submissions_port = 465;  // RFC 8314

struct EndsHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct EndsList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Host {
    std::string name;  ///< without brackets
    std::string rest;  ///< ":port" or nothing
    bool is_ipv6 = false;
};
std::optional<Host> host_of(std::string_view text)
{
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        return Host{std::string(text.substr(1, end - 1)), std::string(text.substr(end + 1)), true};
    }
    const auto colon = std::min(text.find(':'), text.size());
    return Host{std::string(text.substr(0, colon)), std::string(text.substr(colon)), false};
}

bool is_sound(const Host& host)
{
    in6_addr address{};
    if (host.is_ipv6) return inet_pton(AF_INET6, host.name.c_str(), &address) == 1;
    const auto allowed = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '.' || letter == '-';
    };
    return !host.name.empty() && host.name.front() != '-' && std::ranges::all_of(host.name, allowed);
}

bool is_loopback(const Host& host)
{
    in6_addr v6{};
    if (host.is_ipv6) return inet_pton(AF_INET6, host.name.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
    in_addr v4{};
    if (inet_pton(AF_INET, host.name.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127U;
    return host.name == "localhost";  // curl itself answers this name, without asking anybody
}

/// The port in ":587"; `standard` for nothing; 0 for anything else.
std::uint16_t port_of(std::string_view text, std::uint16_t standard)
{
    if (text.empty()) return standard;
    text.remove_prefix(1);
    return number_of<std::uint16_t>(text).value_or(0);
}

SendFailure why(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return SendFailure::resolve_failed;
    case CURLE_COULDNT_CONNECT: return SendFailure::connect_failed;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED: return SendFailure::tls_failed;
    case CURLE_LOGIN_DENIED: return SendFailure::sign_in_refused;
    case CURLE_OPERATION_TIMEDOUT: return SendFailure::timed_out;
    case CURLE_SEND_ERROR:
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_WEIRD_SERVER_REPLY: return SendFailure::refused;
    case CURLE_ABORTED_BY_CALLBACK: return SendFailure::stopped;
    default: return SendFailure::broken;
    }
}

/// What is still to be given to curl.
struct Upload {
    std::string_view rest;
};
std::size_t give(char* buffer, std::size_t size, std::size_t count, void* upload)
{
    auto& rest = static_cast<Upload*>(upload)->rest;
    const auto length = std::min(rest.size(), size * count);
    std::memcpy(buffer, rest.data(), length);
    rest.remove_prefix(length);
    return length;
}
std::size_t drop(char*, std::size_t size, std::size_t count, void*) { return size * count; }
int stop_asked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

std::string url_of(const Relay& relay, const Message& message)
{
    const bool is_ipv6 = relay.host.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + relay.host + "]" : relay.host;
    // The path is the name we greet with: the sender's domain says nothing about the machine.
    return std::string(relay.security == Security::tls ? "smtps://" : "smtp://") + host + ':' + std::to_string(relay.port) + '/' +
           std::string(domain_of(message.from));
}

/// Collects whether every option was taken: a relay is not spoken to with half of them.
class Options {
public:
    explicit Options(CURL* handle) : handle_(handle) {}
    template <class Value>
    void set(CURLoption option, Value value) { taken_ = curl_easy_setopt(handle_, option, value) == CURLE_OK && taken_; }
    void set(CURLoption option, const std::string& value) { set(option, value.c_str()); }
    bool taken() const { return taken_; }

private:
    CURL* handle_;
    bool taken_ = true;
};

void set_security(Options& options, const Relay& relay)
{
    options.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    options.set(CURLOPT_PROXY, "");
    options.set(CURLOPT_USE_SSL, static_cast<long>(relay.security == Security::starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    options.set(CURLOPT_SSL_VERIFYPEER, 1L);
    options.set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!relay.ca_file.empty()) options.set(CURLOPT_CAINFO, relay.ca_file);
    if (relay.user.empty()) return;
    options.set(CURLOPT_USERNAME, relay.user);
    options.set(CURLOPT_PASSWORD, relay.password);
    options.set(CURLOPT_SASL_IR, 1L);  // RFC 4954: every relay takes the sign-in with the command
}

void set_deadlines(Options& options, const Deadlines& deadlines, const std::atomic<bool>& stop)
{
    options.set(CURLOPT_NOSIGNAL, 1L);  // signals belong to the whole program
    options.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadlines.connect.count()));
    options.set(CURLOPT_TIMEOUT_MS, static_cast<long>(deadlines.whole.count()));
    options.set(CURLOPT_NOPROGRESS, 0L);
    options.set(CURLOPT_XFERINFOFUNCTION, &stop_asked);
    options.set(CURLOPT_XFERINFODATA, static_cast<const void*>(&stop));
}

/// curl wants to be begun once, before its first use.
bool curl_begun()
{
    static const bool begun = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return begun;
}

}  // namespace

std::optional<Relay> relay_at(std::string_view url)
{
    constexpr std::string_view tls = "smtps://", plain = "smtp://";
    const bool is_tls = url.starts_with(tls);
    if (!is_tls && !url.starts_with(plain)) return std::nullopt;
    const auto host = host_of(url.substr(is_tls ? tls.size() : plain.size()));
    if (!host || !is_sound(*host) || (!host->rest.empty() && host->rest[0] != ':')) return std::nullopt;
    const auto port = port_of(host->rest, is_tls ? submissions_port : submission_port);
    if (port == 0) return std::nullopt;
    const auto plain_security = is_loopback(*host) ? Security::loopback : Security::starttls;
    return Relay{.host = host->name, .port = port, .security = is_tls ? Security::tls : plain_security};
}

std::string_view word_of(SendFailure failure)
{
    switch (failure) {
    case SendFailure::message_unsound: return "message_unsound";
    case SendFailure::resolve_failed: return "resolve_failed";
    case SendFailure::connect_failed: return "connect_failed";
    case SendFailure::tls_failed: return "tls_failed";
    case SendFailure::sign_in_refused: return "sign_in_refused";
    case SendFailure::timed_out: return "timed_out";
    case SendFailure::refused: return "refused";
    case SendFailure::stopped: return "stopped";
    case SendFailure::broken: return "broken";
    }
    return "broken";
}

std::optional<SendFailure> send(const Relay& relay, const Message& message, const std::atomic<bool>& stop, Deadlines deadlines)
{
    const auto wire = on_the_wire(message);
    if (!wire) return SendFailure::message_unsound;
    const std::unique_ptr<CURL, EndsHandle> handle(curl_begun() ? curl_easy_init() : nullptr);
    const std::unique_ptr<curl_slist, EndsList> recipients(curl_slist_append(nullptr, ("<" + message.to + ">").c_str()));
    if (!handle || !recipients) return SendFailure::broken;
    Upload upload{*wire};
    Options options(handle.get());
    set_security(options, relay);
    set_deadlines(options, deadlines, stop);
    options.set(CURLOPT_URL, url_of(relay, message));
    options.set(CURLOPT_MAIL_FROM, "<" + message.from + ">");
    options.set(CURLOPT_MAIL_RCPT, recipients.get());
    options.set(CURLOPT_UPLOAD, 1L);
    options.set(CURLOPT_READFUNCTION, &give);
    options.set(CURLOPT_READDATA, static_cast<void*>(&upload));
    options.set(CURLOPT_WRITEFUNCTION, &drop);  // curl would print the relay's answers
    if (!options.taken()) return SendFailure::broken;
    const auto code = curl_easy_perform(handle.get());
    if (code == CURLE_OK) return std::nullopt;
    return why(code);
}

}  // namespace tsunagi::mail
