#include "server/mail/message.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace tsunagi::mail {
namespace {

constexpr std::string_view line_break = "\r\n";
constexpr std::size_t encoded_word_bytes = 45;   ///< 60 in base64: with =?UTF-8?B? and ?= below the 75 of RFC 2047
constexpr std::size_t body_line_bytes = 57;      ///< 76 in base64: the longest line of RFC 2045
constexpr std::size_t id_bytes_max = 200;

bool is_letter_or_digit(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

bool consists_of(std::string_view text, std::string_view besides)
{
    const auto allowed = [&](char letter) { return is_letter_or_digit(letter) || besides.find(letter) != std::string_view::npos; };
    return !text.empty() && std::ranges::all_of(text, allowed);
}

bool is_dotted(std::string_view text)
{
    return !text.starts_with('.') && !text.ends_with('.') && text.find("..") == std::string_view::npos;
}

std::string base64(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends with a zero
    const auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

bool continues_a_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// How many bytes of `text` fit into one encoded word without cutting a character.
std::size_t whole_characters(std::string_view text)
{
    if (text.size() <= encoded_word_bytes) return text.size();
    auto end = encoded_word_bytes;
    while (end > 0 && continues_a_character(text[end])) --end;
    return end > 0 ? end : encoded_word_bytes;  // no UTF-8 at all: cut anywhere
}

std::string encoded_words(std::string_view text)
{
    std::string words;
    do {
        const auto length = whole_characters(text);
        if (!words.empty()) words += "\r\n ";
        words += "=?UTF-8?B?" + base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    } while (!text.empty());
    return words;
}

std::string with_crlf(std::string_view body)
{
    std::string lines;
    for (const char letter : body) {
        if (letter == '\r') continue;
        if (letter == '\n') lines += line_break;
        else lines += letter;
    }
    return lines;
}

std::string encoded_body(std::string_view body)
{
    const auto lines = with_crlf(body);
    std::string text;
    for (std::size_t at = 0; at < lines.size(); at += body_line_bytes) {
        text += base64(std::string_view(lines).substr(at, body_line_bytes));
        text += line_break;
    }
    return text;
}

/// RFC 5322 3.3; the names of days and months are English whatever the locale.
std::string date_of(TimePoint when)
{
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> rest{};
    std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S +0000", &parts);
    return std::string(days.at(static_cast<std::size_t>(parts.tm_wday))) + ", " + std::to_string(parts.tm_mday) + ' ' +
           months.at(static_cast<std::size_t>(parts.tm_mon)) + rest.data();
}

}  // namespace

std::string_view domain_of(std::string_view address)
{
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

bool is_address(std::string_view address)
{
    if (address.size() > address_bytes_max) return false;
    const auto domain = domain_of(address);
    if (domain.size() + 1 >= address.size()) return false;
    const auto name = address.substr(0, address.size() - domain.size() - 1);
    return consists_of(name, ".!#$%&'*+-/=?^_`{|}~") && consists_of(domain, ".-") && is_dotted(name) && is_dotted(domain) &&
           domain.find('.') != std::string_view::npos;
}

std::optional<std::string> on_the_wire(const Message& message)
{
    if (!is_address(message.from) || !is_address(message.to)) return std::nullopt;
    if (message.id.size() > id_bytes_max || !consists_of(message.id, ".-") || !is_dotted(message.id)) return std::nullopt;
    std::string wire;
    const auto header = [&wire](std::string_view name, std::string_view value) {
        wire.append(name).append(": ").append(value).append(line_break);
    };
    header("Date", date_of(message.date));
    header("From", message.from);
    header("To", message.to);
    header("Message-ID", "<" + message.id + "@" + std::string(domain_of(message.from)) + ">");
    header("Subject", encoded_words(message.subject));
    header("MIME-Version", "1.0");
    header("Content-Type", "text/plain; charset=UTF-8");
    header("Content-Transfer-Encoding", "base64");
    header("Auto-Submitted", "auto-generated");  // RFC 3834: no holiday answer comes back
    return wire + std::string(line_break) + encoded_body(message.body);
}

}  // namespace tsunagi::mail
