#include "server/api/sign_in_limits.h"

#include <algorithm>
#include <utility>

namespace tsunagi::api {

bool SignInLimits::Counts::has_room(const std::string& key, TimePoint now)
{
    const auto found = times.find(key);
    if (found == times.end()) return true;
    auto& of_key = found->second;
    while (!of_key.empty() && now - of_key.front() > window) of_key.pop_front();
    if (!of_key.empty()) return of_key.size() < at_most;
    times.erase(found);
    return true;
}

/// When there are too many keys, the one that was wrong longest ago goes: a flood of new ones clears nobody's count at once.
void SignInLimits::Counts::add(const std::string& key, TimePoint at)
{
    if (times.size() >= keys_max && !times.contains(key)) {
        const auto older = [](const auto& a, const auto& b) { return a.second.back() < b.second.back(); };
        times.erase(std::min_element(times.begin(), times.end(), older));
    }
    times[key].push_back(at);
}

void SignInLimits::Counts::remove(const std::string& key, TimePoint at)
{
    const auto found = times.find(key);
    if (found == times.end()) return;
    auto& of_key = found->second;
    const auto one = std::find(of_key.begin(), of_key.end(), at);
    if (one != of_key.end()) of_key.erase(one);
    if (of_key.empty()) times.erase(found);
}

Result<SignInLimits::Attempt, SignInLimits::Refusal> SignInLimits::begin(const std::string& address, const DeskId& desk,
                                                                         const std::string& login, TimePoint now)
{
    const std::string whole_login = desk.text + '\n' + login;
    const std::string pair = pair_of(address, whole_login);
    const std::lock_guard lock(mutex_);
    if (in_flight_ >= in_flight_max) return Refusal::busy;
    const bool is_known = known_.contains(pair);
    if (!by_address_.has_room(address, now) || !by_login_here_.has_room(pair, now)) return Refusal::too_many_attempts;
    if (!is_known && !by_login_elsewhere_.has_room(whole_login, now)) return Refusal::too_many_attempts;
    ++in_flight_;
    by_address_.add(address, now);
    by_login_here_.add(pair, now);
    if (!is_known) by_login_elsewhere_.add(whole_login, now);
    return Attempt(*this, address, whole_login, now);
}

void SignInLimits::take_back(const std::string& address, const std::string& login, TimePoint at)
{
    by_address_.remove(address, at);
    by_login_here_.remove(pair_of(address, login), at);
    by_login_elsewhere_.remove(login, at);
}

SignInLimits::Attempt::Attempt(SignInLimits& limits, std::string address, std::string login, TimePoint at)
    : limits_(&limits), address_(std::move(address)), login_(std::move(login)), at_(at)
{
}

SignInLimits::Attempt::Attempt(Attempt&& other) noexcept
    : limits_(std::exchange(other.limits_, nullptr)), address_(std::move(other.address_)), login_(std::move(other.login_)), at_(other.at_)
{
}

SignInLimits::Attempt::~Attempt()
{
    if (limits_ == nullptr) return;
    const std::lock_guard lock(limits_->mutex_);
    --limits_->in_flight_;
}

void SignInLimits::Attempt::give_back()
{
    const std::lock_guard lock(limits_->mutex_);
    limits_->take_back(address_, login_, at_);
}

void SignInLimits::Attempt::succeeded()
{
    const std::lock_guard lock(limits_->mutex_);
    limits_->take_back(address_, login_, at_);
    auto& known = limits_->known_;
    if (known.size() >= keys_max) known.erase(known.begin());
    known.insert(pair_of(address_, login_));
}

}  // namespace tsunagi::api
