import com.alibaba.nacos.core.code.ControllerMethodsCache;
import javax.annotation.PostConstruct;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.web.servlet.ServletComponentScan;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/** nacos with naming alone, which nacos's console otherwise starts: no console and no configuration. */
@SpringBootApplication(
    scanBasePackages = "com.alibaba.nacos",
    // Who logs in, Users tells.
    exclude = {
      ManagementWebSecurityAutoConfiguration.class,
      SecurityAutoConfiguration.class,
      UserDetailsServiceAutoConfiguration.class
    })
@ServletComponentScan("com.alibaba.nacos")
@EnableScheduling
@Import(Users.Login.class)
public class NacosServer {
  @Autowired private ControllerMethodsCache methods;

  /** nacos's filters know no other methods of its HTTP interface than these. */
  @PostConstruct
  public void init() {
    methods.initClassMethod("com.alibaba.nacos.naming.controllers");
  }

  public static void main(String[] arguments) {
    SpringApplication.run(NacosServer.class, arguments);
  }
}
