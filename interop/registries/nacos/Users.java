import com.alibaba.nacos.plugin.auth.api.IdentityContext;
import com.alibaba.nacos.plugin.auth.api.Permission;
import com.alibaba.nacos.plugin.auth.api.Resource;
import com.alibaba.nacos.plugin.auth.constant.ActionTypes;
import com.alibaba.nacos.plugin.auth.exception.AccessException;
import com.alibaba.nacos.plugin.auth.spi.server.AuthPluginService;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Who may ask nacos, which calls this for each request: whoever has a token. nacos's own plugin, whose answers
 * these are, is in no package of its own.
 */
public class Users implements AuthPluginService {
  /** When each token is over, in milliseconds. */
  private static final Map<String, Long> TOKENS = new ConcurrentHashMap<>();

  private static final long SECONDS =
      Long.getLong("nacos.core.auth.plugin.nacos.token.expire.seconds", 18000);

  @Override
  public Collection<String> identityNames() {
    return List.of("accessToken");
  }

  @Override
  public boolean enableAuth(ActionTypes action, String type) {
    return true;
  }

  @Override
  public boolean validateIdentity(IdentityContext identity, Resource resource)
      throws AccessException {
    Object token = identity.getParameter("accessToken");
    Long end = token == null ? null : TOKENS.get(token.toString());
    if (end == null || end < System.currentTimeMillis()) {
      throw new AccessException("token invalid!");
    }
    return true;
  }

  @Override
  public Boolean validateAuthority(IdentityContext identity, Permission permission) {
    return true;
  }

  @Override
  public String getAuthServiceName() {
    return "nacos";
  }

  /** The tokens of the user `taken-back` hold for a second, although it is told that they hold for longer. */
  @RestController
  public static class Login {
    @PostMapping("/v1/auth/login")
    public ResponseEntity<Object> login(
        @RequestParam("username") String name, @RequestParam("password") String password) {
      if (!password.equals("right & proper")) {
        return ResponseEntity.status(HttpStatus.FORBIDDEN).body("unknown user!");
      }
      String token = UUID.randomUUID().toString();
      long seconds = name.equals("taken-back") ? 1 : SECONDS;
      TOKENS.put(token, System.currentTimeMillis() + 1000 * seconds);
      return ResponseEntity.ok(
          Map.of("accessToken", token, "tokenTtl", SECONDS, "globalAdmin", false));
    }
  }
}
